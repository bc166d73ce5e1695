package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a sub-query can be answered before its statement: each column in it is certainly one of
 * its own tables'.
 */
final class OwnQuery {

  private final Tables tables;
  private final Set<String> labels = new LinkedHashSet<>();
  private final Set<String> columns = new LinkedHashSet<>();
  private final Set<String> collated = new LinkedHashSet<>();

  private OwnQuery(Tables tables) {
    this.tables = tables;
  }

  /**
   * @param ordered whether its values may be compared by their order: a collation of their own
   *     would not come with them
   */
  static boolean is(Query query, Tables tables, boolean ordered) {
    OwnQuery own = new OwnQuery(tables);
    return own.collect(query) && own.names(query, ordered);
  }

  private boolean collect(Node node) {
    if (node instanceof FromItem.Table table) {
      Optional<TableShape> shape = tables.catalog().table(Tables.local(table.name()));
      if (shape.isEmpty()) {
        return false;
      }
      labels.add(table.label());
      for (ColumnShape column : shape.get().columns()) {
        columns.add(column.name());
        if (!column.collation().isEmpty()) {
          collated.add(column.name());
        }
      }
    } else if (node instanceof FromItem && !(node instanceof FromItem.Join)) {
      return false;
    }
    return node.allChildren(this::collect);
  }

  private boolean names(Node node, boolean ordered) {
    if (ordered && node instanceof Expr.Collate) {
      return false;
    }
    if (node instanceof Expr.Column column) {
      List<String> parts = column.name().parts();
      boolean star = column.star() && parts.size() == 1;
      boolean known =
          parts.size() == 1
              ? columns.contains(parts.get(0))
              : labels.contains(parts.get(parts.size() - 2));
      boolean byItsOrder =
          column.star() ? !collated.isEmpty() : collated.contains(parts.get(parts.size() - 1));
      if ((!star && !known) || (ordered && byItsOrder)) {
        return false;
      }
    }
    return node.allChildren(child -> names(child, ordered));
  }
}
