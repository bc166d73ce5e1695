package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which groups of types the expressions of a statement belong to, where its text leaves no doubt.
 *
 * <p>It tells a call of {@code lower(name)} from one of a user's {@code lower(bigint)}: between the
 * groups PostgreSQL casts nothing by itself. A name that a statement gives to something else than a
 * column of a table is in doubt, as is a bound value or a string, which may be of any type.
 */
final class TypeGroups {

  private static final Map<String, String> GROUPS = new HashMap<>();

  static {
    group("number", "int2", "int4", "int8", "numeric", "float4", "float8", "smallint", "integer");
    group("number", "int", "bigint", "decimal", "real", "double precision");
    group("text", "text", "varchar", "bpchar", "name", "character varying", "character");
    group("time", "date", "timestamp", "timestamptz", "timestamp without time zone");
    group("time", "timestamp with time zone");
    group("boolean", "bool", "boolean");
    group("uuid", "uuid");
    group("bytes", "bytea");
    group("json", "json", "jsonb");
    group("box", "box");
    group("point", "point");
    group("circle", "circle");
    group("polygon", "polygon");
    group("path", "path");
  }

  private final Catalog catalog;
  private final Set<List<String>> tables;
  private final Set<String> doubtful = new HashSet<>();
  private boolean certain = true;

  TypeGroups(Catalog catalog, Node root, Set<List<String>> tables) {
    this.catalog = catalog;
    this.tables = tables;
    collect(root);
  }

  private static void group(String name, String... types) {
    for (String type : types) {
      GROUPS.put(type, name);
    }
  }

  /** Whether values of an expression cannot be given where a type is wanted. */
  boolean differ(Expr value, String type) {
    String wanted = GROUPS.get(type);
    String given = of(value);
    return wanted != null && given != null && !wanted.equals(given);
  }

  /** Whether a name means a column of a table, if it means a column at all. */
  boolean isOfTable(String column) {
    return certain && !doubtful.contains(column);
  }

  private @Nullable String of(Expr value) {
    if (value instanceof Expr.Literal literal) {
      return switch (literal.kind()) {
        case INTEGER, DECIMAL -> "number";
        case TRUE, FALSE -> "boolean";
        default -> null;
      };
    }
    if (value instanceof Expr.Cast cast) {
      boolean array = cast.type().dimensions() > 0 || cast.type().name().parts().size() > 1;
      return array ? null : GROUPS.get(cast.type().name().last());
    }
    return value instanceof Expr.Column column && !column.star() ? ofColumn(column) : null;
  }

  private @Nullable String ofColumn(Expr.Column column) {
    String name = column.name().last();
    if (!certain || doubtful.contains(name)) {
      return null;
    }
    Set<@Nullable String> found = new HashSet<>();
    for (List<String> table : tables) {
      Optional<TableShape> shape = catalog.table(table);
      if (shape.isEmpty()) {
        return null;
      }
      shape.get().column(name).ifPresent(c -> found.add(GROUPS.get(c.type())));
    }
    return found.size() == 1 ? found.iterator().next() : null;
  }

  /** Names that mean something else than a table's column. */
  private void collect(Node node) {
    if (node instanceof Query.SelectItem item) {
      boolean column = item.alias() == null && item.value() instanceof Expr.Column;
      String name = column ? null : Positions.outputName(item);
      if (name != null) {
        doubtful.add(name);
      }
    } else if (node instanceof Query.CommonTable table) {
      doubtful.addAll(table.columns());
    } else if (node instanceof FromItem.Table table && table.alias() != null) {
      doubtful.addAll(table.alias().columns());
    } else if (node instanceof FromItem.Derived derived && derived.alias() != null) {
      doubtful.addAll(derived.alias().columns());
    } else if (node instanceof FromItem.Function) {
      certain = false;
    } else if (node instanceof FromItem.Join join && join.alias() != null) {
      doubtful.addAll(join.alias().columns());
    }
    node.eachChild(this::collect);
  }
}
