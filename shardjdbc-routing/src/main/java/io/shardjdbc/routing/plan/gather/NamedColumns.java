package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which columns a statement names, anywhere, by their last names, and the table's label where one
 * stands in front: so many are fetched for copies, and no more.
 *
 * <p>A star in EXISTS names none: nobody sees what is selected there.
 */
final class NamedColumns {

  private static final String EQUAL = "=";

  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, Set<String>> labels = new HashMap<>();
  private final Set<String> compared = new LinkedHashSet<>();
  private final Set<Query.Select> unseen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Objections against;
  private boolean all;

  /**
   * @param against takes what keeps a statement from running over copies
   */
  NamedColumns(Objections against) {
    this.against = against;
  }

  /** Whether whole rows are meant somewhere. */
  boolean all() {
    return all;
  }

  /** Whether the name stands somewhere without a label. */
  boolean has(String name) {
    return names.contains(name);
  }

  /** Whether a column of that name may be one of a table of that label. */
  boolean has(String name, String label) {
    return names.contains(name) || labels.getOrDefault(name, Set.of()).contains(label);
  }

  /**
   * Whether a sub-query that may run once for each row of another query holds a column of that name
   * to be equal to another.
   */
  boolean compares(String name) {
    return compared.contains(name);
  }

  /** Notes what a part of the statement names, and what of it a copy does not have. */
  void note(Node node) {
    note(node, false);
  }

  /**
   * @param again whether the part may run once for each row of another query
   */
  private void note(Node node, boolean again) {
    if (node instanceof Expr.Column column) {
      if (SystemColumns.NAMES.contains(column.name().last())) {
        against.add(ErrorCode.UNSUPPORTED_CLAUSE, "system column " + column.name().last());
      }
      add(column);
      all |= column.star();
    } else if (node instanceof FromItem.Join join) {
      names.addAll(join.using());
      if (again) {
        compared.addAll(join.using());
      }
      all |= join.natural() || join.alias() != null; // a name for whole rows, or a list
    } else if (node instanceof Expr.Operation operation && again) {
      noteComparison(operation);
    } else if (node instanceof Expr.Exists exists && showsNothing(exists.query())) {
      unseen.add((Query.Select) exists.query().body());
    } else if (node instanceof Query.Select select) {
      all |= select.table();
    }
    boolean stars = node instanceof Query.Select select && unseen.contains(select);
    boolean each = again || mayRunAgain(node);
    for (Node child : node.children()) {
      if (!stars || !isStar(child)) {
        note(child, each);
      }
    }
  }

  private void add(Expr.Column column) {
    List<String> parts = column.name().parts();
    if (parts.size() == 1) {
      names.add(column.name().last());
    } else {
      labels
          .computeIfAbsent(column.name().last(), name -> new HashSet<>())
          .add(parts.get(parts.size() - 2));
    }
  }

  /** An EXISTS is joined by the server, as a rule. */
  private static boolean mayRunAgain(Node node) {
    return node instanceof Expr.Subquery
        || node instanceof Expr.InQuery
        || node instanceof Expr.Quantified
        || (node instanceof FromItem.Derived derived && derived.lateral());
  }

  private void noteComparison(Expr.Operation operation) {
    if (operation.operator().equals(EQUAL)
        && operation.left() instanceof Expr.Column left
        && operation.right() instanceof Expr.Column right) {
      compared.add(left.name().last());
      compared.add(right.name().last());
    }
  }

  /** Whether what it selects changes neither how many rows it has nor whether it is an error. */
  private static boolean showsNothing(Query query) {
    return query.body() instanceof Query.Select select
        && select.distinct() == Query.Distinct.NONE
        && select.groupBy().isEmpty()
        && select.having() == null
        && !select.table()
        && query.orderBy().isEmpty();
  }

  private static boolean isStar(Node item) {
    return item instanceof Query.SelectItem one
        && one.children().stream().allMatch(e -> e instanceof Expr.Column column && column.star());
  }
}
