package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;

/** Aggregates that stand in one block and belong to another one around it. */
final class OuterAggregates {

  private OuterAggregates() {}

  /** An aggregate whose columns are all of an outer block belongs to that block. */
  static boolean has(Expr.Call aggregate, Scope scope) {
    List<Expr.Column> columns = new ArrayList<>();
    collectColumns(aggregate, columns);
    if (columns.isEmpty() || scope.parent() == null) {
      return false;
    }
    for (Expr.Column column : columns) {
      ColumnId id = scope.resolve(column.name());
      if (id != null && scope.owns(id.variable())) {
        return false;
      }
    }
    return true;
  }

  private static void collectColumns(Node node, List<Expr.Column> columns) {
    if (node instanceof Expr.Column column) {
      columns.add(column);
    }
    if (!(node instanceof Query)) {
      node.eachChild(child -> collectColumns(child, columns));
    }
  }
}
