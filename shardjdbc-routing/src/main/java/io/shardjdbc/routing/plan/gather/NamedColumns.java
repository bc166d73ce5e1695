package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which columns a statement names, anywhere, by their last names alone: so many are fetched for
 * copies, and no more.
 *
 * <p>A star in EXISTS names none: nobody sees what is selected there.
 */
final class NamedColumns {

  private static final String EQUAL = "=";

  private final Set<String> names = new LinkedHashSet<>();
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

  boolean has(String name) {
    return names.contains(name);
  }

  /** Whether a column of that name is held to be equal to another column. */
  boolean compares(String name) {
    return compared.contains(name);
  }

  /** Notes what a part of the statement names, and what of it a copy does not have. */
  void note(Node node) {
    if (node instanceof Expr.Column column) {
      if (SystemColumns.NAMES.contains(column.name().last())) {
        against.add(ErrorCode.UNSUPPORTED_CLAUSE, "system column " + column.name().last());
      }
      names.add(column.name().last());
      all |= column.star();
    } else if (node instanceof FromItem.Join join) {
      names.addAll(join.using());
      compared.addAll(join.using());
      all |= join.natural() || join.alias() != null; // a name for whole rows, or a list
    } else if (node instanceof Expr.Operation operation) {
      noteComparison(operation);
    } else if (node instanceof Expr.Exists exists && showsNothing(exists.query())) {
      unseen.add((Query.Select) exists.query().body());
    } else if (node instanceof Query.Select select) {
      all |= select.table();
    }
    boolean stars = node instanceof Query.Select select && unseen.contains(select);
    for (Node child : node.children()) {
      if (!stars || !isStar(child)) {
        note(child);
      }
    }
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
