package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates that stand in one block and belong to another one around it.
 *
 * <p>An aggregate belongs to the innermost block of which it names a column, be it in a sub-query
 * of its argument; to the one that it stands in, if it names none but such a sub-query's own.
 */
final class OuterAggregates {

  private OuterAggregates() {}

  /** Whether an aggregate may belong to an outer block. */
  static boolean has(Expr.Call aggregate, Scope scope) {
    if (scope.parent() == null) {
      return false;
    }
    List<Expr.Column> free = new ArrayList<>();
    collectFree(aggregate, Set.of(), false, free);
    for (Expr.Column column : free) {
      ColumnId id = scope.resolve(column.name());
      if (id != null && scope.owns(id.variable())) {
        return false;
      }
    }
    return !free.isEmpty() || hasQuery(aggregate);
  }

  /**
   * Collects the columns that are of no sub-query of the argument for certain: all without one, and
   * within one those whose label no sub-query has.
   */
  private static void collectFree(
      Node node, Set<String> labels, boolean inside, List<Expr.Column> free) {
    if (node instanceof Expr.Column column && (!inside || isFree(column, labels))) {
      free.add(column);
    }
    boolean query = node instanceof Query;
    Set<String> known = query ? with(labels, node) : labels;
    node.eachChild(child -> collectFree(child, known, inside || query, free));
  }

  private static boolean isFree(Expr.Column column, Set<String> labels) {
    List<String> parts = column.name().parts();
    return parts.size() > 1 && !labels.contains(parts.get(parts.size() - 2));
  }

  /** Whether there is a sub-query, whose columns may be of any block. */
  private static boolean hasQuery(Node node) {
    return node instanceof Query || node.children().stream().anyMatch(OuterAggregates::hasQuery);
  }

  private static Set<String> with(Set<String> labels, Node query) {
    Set<String> all = new HashSet<>(labels);
    collectLabels(query, all);
    return all;
  }

  private static void collectLabels(Node node, Set<String> labels) {
    if (node instanceof FromItem.Table table) {
      labels.add(table.label());
    } else if (node instanceof FromItem.Derived derived) {
      addLabel(derived.alias(), labels);
    } else if (node instanceof FromItem.Function function) {
      addLabel(function.alias(), labels);
      for (Expr call : function.calls()) {
        if (call instanceof Expr.Call named) {
          labels.add(named.name().last());
        }
      }
    } else if (node instanceof FromItem.Join join) {
      addLabel(join.alias(), labels);
      if (join.usingAlias() != null) {
        labels.add(join.usingAlias());
      }
    }
    node.eachChild(child -> collectLabels(child, labels));
  }

  private static void addLabel(FromItem.@Nullable Alias alias, Set<String> labels) {
    if (alias != null) {
      labels.add(alias.name());
    }
  }
}
