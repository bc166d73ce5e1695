package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a sub-query can be answered before its statement: each column in it is certainly one of
 * its own tables', of those that can be seen where it stands.
 */
final class OwnQuery {

  private final Tables tables;
  private final boolean ordered;
  private final Set<String> collated = new LinkedHashSet<>();

  private OwnQuery(Tables tables, boolean ordered) {
    this.tables = tables;
    this.ordered = ordered;
  }

  /** What columns may be named by, and of which columns. */
  private record Item(String label, List<String> columns) {}

  /**
   * @param ordered whether its values may be compared by their order: a collation of their own
   *     would not come with them
   */
  static boolean is(Query query, Tables tables, boolean ordered) {
    OwnQuery own = new OwnQuery(tables, ordered);
    own.collect(query);
    return own.names(query, List.of());
  }

  /** Collects the columns with a collation of their own, wherever they can be seen. */
  private void collect(Node node) {
    if (node instanceof FromItem.Table table) {
      tables.catalog().table(Tables.local(table.name())).ifPresent(this::collate);
    }
    node.eachChild(this::collect);
  }

  private void collate(TableShape shape) {
    for (ColumnShape column : shape.columns()) {
      if (!column.collation().isEmpty()) {
        collated.add(column.name());
      }
    }
  }

  private boolean names(Query query, List<Item> around) {
    if (query.with() != null) {
      return false;
    }
    List<Item> seen = new ArrayList<>(around);
    boolean known =
        query.body() instanceof Query.Select select
            ? select.from().stream().allMatch(item -> from(item, around, seen))
                && select.children().stream()
                    .allMatch(child -> child instanceof FromItem || names(child, seen))
            : names(query.body(), around);
    List<String> labels = labels(query);
    return known
        && query.orderBy().stream()
            .allMatch(item -> isLabel(item.value(), labels) || names(item, seen))
        && (query.limit() == null || names(query.limit(), around))
        && (query.offset() == null || names(query.offset(), around));
  }

  private static boolean isLabel(Expr value, List<String> labels) {
    return value instanceof Expr.Column column
        && column.name().parts().size() == 1
        && labels.contains(column.name().last());
  }

  /** Adds what an item of FROM lets be seen. */
  private boolean from(FromItem item, List<Item> around, List<Item> seen) {
    if (item instanceof FromItem.Table table) {
      Optional<TableShape> shape = tables.catalog().table(Tables.local(table.name()));
      List<String> columns =
          shape
              .map(known -> known.columns().stream().map(ColumnShape::name).toList())
              .orElse(List.of());
      seen.add(new Item(table.label(), renamed(table.alias(), columns)));
      return shape.isPresent() && names(table, around);
    }
    if (item instanceof FromItem.Derived derived) {
      FromItem.Alias alias = derived.alias();
      boolean known = names(derived.query(), derived.lateral() ? List.copyOf(seen) : around);
      List<String> labels = labels(derived.query());
      seen.add(
          alias == null
              ? new Item("", labels)
              : new Item(alias.name(), alias.columns().isEmpty() ? labels : alias.columns()));
      return known;
    }
    return item instanceof FromItem.Join join
        && join.alias() == null
        && join.usingAlias() == null
        && from(join.left(), around, seen)
        && from(join.right(), around, seen)
        && (join.on() == null || names(join.on(), seen));
  }

  private static List<String> renamed(FromItem.@Nullable Alias alias, List<String> columns) {
    List<String> names = new ArrayList<>(alias == null ? List.of() : alias.columns());
    names.addAll(columns.subList(Math.min(names.size(), columns.size()), columns.size()));
    return names;
  }

  /** The columns of a query that have a name in its text. */
  private static List<String> labels(Query query) {
    Query.Body body = query.body();
    if (body instanceof Query.SetOperation both) {
      return labels(both.left());
    } else if (body instanceof Query.Nested nested) {
      return labels(nested.query());
    }
    List<String> labels = new ArrayList<>();
    if (body instanceof Query.Select select) {
      for (Query.SelectItem item : select.items()) {
        String label = label(item);
        if (label != null) {
          labels.add(label);
        }
      }
    }
    return labels;
  }

  private static @Nullable String label(Query.SelectItem item) {
    return item.alias() != null || !(item.value() instanceof Expr.Column column) || column.star()
        ? item.alias()
        : column.name().last();
  }

  private boolean names(Node node, List<Item> seen) {
    if (node instanceof Query query) {
      return names(query, seen);
    }
    if (ordered && node instanceof Expr.Collate) {
      return false;
    }
    return node instanceof Expr.Column column
        ? isOwn(column, seen)
        : node.allChildren(child -> names(child, seen));
  }

  private boolean isOwn(Expr.Column column, List<Item> seen) {
    List<String> parts = column.name().parts();
    String last = parts.get(parts.size() - 1);
    boolean byItsOrder = column.star() ? !collated.isEmpty() : collated.contains(last);
    if (ordered && byItsOrder) {
      return false;
    }
    if (column.star()) {
      return last.equals("*") || seen.stream().anyMatch(item -> item.label().equals(last));
    }
    return parts.size() == 1
        ? seen.stream().anyMatch(item -> item.columns().contains(last))
        : seen.stream()
            .anyMatch(
                item ->
                    item.label().equals(parts.get(parts.size() - 2))
                        && item.columns().contains(last));
  }
}
