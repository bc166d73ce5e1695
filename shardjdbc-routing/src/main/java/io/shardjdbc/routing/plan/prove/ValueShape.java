package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the values of an expression before it runs.
 *
 * @param type the type as a cast names it; empty where only the server knows
 * @param collation as in {@link ColumnShape#collation}
 * @param exactText whether, if it is text, equal texts are the same texts, and the collation is
 *     known
 * @param knownCollation whether, if it is text, the collation is known
 * @param byteOrder whether, if it is text, it sorts as its bytes
 */
public record ValueShape(
    String type, String collation, boolean exactText, boolean knownCollation, boolean byteOrder) {

  /** Nothing to be known: the value is a number whatever the expression is. */
  public static final ValueShape NUMBER = new ValueShape("", "", true, true, false);

  private static final ValueShape UNKNOWN = new ValueShape("", "", false, false, false);

  /** Types without a collation, or with that of the database. */
  private static final Set<String> PLAIN_TYPES =
      Set.of(
          "int",
          "integer",
          "int4",
          "bigint",
          "int8",
          "smallint",
          "int2",
          "numeric",
          "decimal",
          "real",
          "float4",
          "float8",
          "double precision",
          "text",
          "varchar",
          "character varying",
          "bool",
          "boolean",
          "date",
          "time",
          "timestamp",
          "timestamptz",
          "interval",
          "uuid",
          "timestamp with time zone",
          "timestamp without time zone",
          "jsonb",
          "json",
          "bytea");

  private static final Set<String> BYTE_COLLATIONS = Set.of("C", "POSIX");
  private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "name");
  private static final Set<String> BYTE_TYPES = Set.of("text", "varchar", "name");

  public static ValueShape of(Expr value, Scope scope, Origins origins) {
    if (value instanceof Expr.Column column && !column.star()) {
      return of(scope.resolve(column.name()), origins);
    }
    if (value instanceof Expr.Collate collate && isPlain(collate.value(), scope, origins)) {
      return collated(collate.collation());
    }
    return isPlain(value, scope, origins) ? NUMBER : UNKNOWN;
  }

  public static ValueShape of(@Nullable ColumnId column, Origins origins) {
    ColumnShape shape = origins.shape(column);
    return shape == null
        ? UNKNOWN
        : new ValueShape(
            shape.sqlType(),
            shape.collation(),
            shape.exactEquality(),
            true,
            shape.cOrder() && BYTE_TYPES.contains(shape.type()));
  }

  /** Whether texts are equal only where they are the same is not known of any collation but C. */
  private static ValueShape collated(Name name) {
    boolean own = name.parts().size() == 1 || name.parts().get(0).equals("pg_catalog");
    boolean bytes = own && BYTE_COLLATIONS.contains(name.last());
    return new ValueShape("", quoted(name), bytes, true, bytes);
  }

  private static String quoted(Name name) {
    return name.parts().stream().map(Identifiers::quote).collect(Collectors.joining("."));
  }

  /** Of a column that takes values from several. */
  public static ValueShape common(List<ValueShape> shapes) {
    ValueShape first = shapes.get(0);
    if (shapes.stream().allMatch(first::equals)) {
      return first;
    }
    boolean plain = shapes.stream().allMatch(s -> s.exactText && s.collation.isEmpty());
    return plain ? NUMBER : UNKNOWN;
  }

  public ValueShape ofType(String sqlType) {
    return new ValueShape(sqlType, collation, exactText, knownCollation, byteOrder);
  }

  /** Of what is computed from an expression and has its collation, but not its modifiers. */
  public ValueShape computed() {
    return ofType("");
  }

  /** Whether nothing in it has a collation but the database's. */
  private static boolean isPlain(Node node, Scope scope, Origins origins) {
    if (node instanceof Expr.Column column) {
      ColumnShape shape = column.star() ? null : origins.shape(scope.resolve(column.name()));
      return shape != null
          && shape.exactEquality()
          && shape.collation().isEmpty()
          && !hasCollationOfItsType(shape);
    }
    boolean other =
        node instanceof Query
            || node instanceof Expr.Collate
            || node instanceof Expr.Field
            || (node instanceof Expr.Cast cast
                && !(cast.type().name().parts().size() == 1
                    && PLAIN_TYPES.contains(cast.type().name().last())));
    return !other && node.allChildren(child -> isPlain(child, scope, origins));
  }

  /** Names sort by their bytes, and domains over text may have a collation. */
  private static boolean hasCollationOfItsType(ColumnShape shape) {
    boolean text = TEXTS.contains(shape.type().replace("_", ""));
    boolean plain = shape.sqlType().startsWith("text") || shape.sqlType().startsWith("character");
    return text && !plain;
  }
}
