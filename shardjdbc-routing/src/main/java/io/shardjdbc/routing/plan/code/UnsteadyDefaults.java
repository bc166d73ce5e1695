package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.Default;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.CopyRows;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Update;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Defaults that a write leaves columns to, and that give each copy of a table another value. */
final class UnsteadyDefaults {

  private UnsteadyDefaults() {}

  /** The first of them, in words; null where a statement, or a part of one, has none. */
  static @Nullable String of(Node node, Catalog catalog) {
    return of(node, catalog, Default::computes);
  }

  /** Refuses a statement that leaves a column to what a server's session remembers. */
  static void refuseRemembered(Node node, Catalog catalog) {
    String left = of(node, catalog, Default.REMEMBERED::equals);
    if (left != null) {
      throw new RoutingException(ErrorCode.SESSION_FUNCTION, "currval in " + left);
    }
    node.eachChild(child -> refuseRemembered(child, catalog));
  }

  private static @Nullable String of(Node node, Catalog catalog, Predicate<Default> kind) {
    if (node instanceof CopyRows copy && copy.in() && !copy.columns().isEmpty()) {
      return first(copy.target(), Set.copyOf(copy.columns()), false, catalog, kind);
    }
    if (node instanceof Insert insert) {
      return first(insert.target(), given(insert, catalog), keyword(insert), catalog, kind);
    }
    if (node instanceof MergeInto merge) {
      Set<String> given = new HashSet<>();
      merge.whens().stream()
          .filter(when -> when.action() == MergeInto.Action.INSERT)
          .forEach(when -> given.addAll(when.columns()));
      boolean inserts = merge.whens().stream().anyMatch(w -> w.action() == MergeInto.Action.INSERT);
      return inserts || keyword(merge)
          ? first(merge.target(), given, keyword(merge), catalog, kind)
          : null;
    }
    return node instanceof Update update && keyword(update)
        ? first(update.target(), Set.of(), true, catalog, kind)
        : null;
  }

  /** The columns that it fills; without a list, as many as it has values. */
  private static Set<String> given(Insert insert, Catalog catalog) {
    if (!insert.columns().isEmpty() || insert.source() == null) {
      return Set.copyOf(insert.columns());
    }
    int count = 0; // of what is no list of values, nobody has counted them
    if (insert.source().body() instanceof Query.Values values) {
      count = values.rows().get(0).items().size();
    } else if (insert.source().body() instanceof Query.Select select
        && select.items().stream()
            .noneMatch(i -> i.value() instanceof Expr.Column column && column.star())) {
      count = select.items().size();
    }
    return columns(insert.target(), catalog).stream()
        .limit(count)
        .map(ColumnShape::name)
        .collect(Collectors.toSet());
  }

  private static List<ColumnShape> columns(FromItem.Table target, Catalog catalog) {
    return catalog
        .table(Tables.local(target.name()))
        .map(Catalog.TableShape::columns)
        .orElse(List.of());
  }

  /**
   * @param keyword whether a column that is given may be given as DEFAULT
   */
  private static @Nullable String first(
      FromItem.Table target,
      Set<String> given,
      boolean keyword,
      Catalog catalog,
      Predicate<Default> kind) {
    return columns(target, catalog).stream()
        .filter(column -> kind.test(column.defaults()))
        .filter(column -> keyword || !given.contains(column.name()))
        .map(column -> "the default of column " + column.name() + " of " + target.name().last())
        .findFirst()
        .orElse(null);
  }

  private static boolean keyword(Node node) {
    return (node instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.DEFAULT)
        || node.anyChild(UnsteadyDefaults::keyword);
  }
}
