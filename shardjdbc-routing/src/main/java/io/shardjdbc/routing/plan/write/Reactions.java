package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.Reaction;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Update;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes that foreign keys answer by changing shard keys: ON UPDATE CASCADE, and SET NULL and SET
 * DEFAULT on both.
 *
 * <p>The server gives the rows that refer to a written one another key, and leaves them on the
 * shard of their old key, where nobody would look for them.
 */
public final class Reactions {

  private final Tables tables;

  private Reactions(Tables tables) {
    this.tables = tables;
  }

  /**
   * @throws RoutingException where a write in the statement would change keys of other rows
   */
  public static void refuseKeyChanges(Node statement, Tables tables) {
    if (!tables.isAlone()) {
      new Reactions(tables).check(statement);
    }
  }

  private void check(Node node) {
    if (node instanceof Delete delete) {
      check(delete.target(), List.of(), true);
    } else if (node instanceof Update update) {
      check(update.target(), update.assignments(), false);
    } else if (node instanceof Insert insert && insert.onConflict() != null) {
      check(insert.target(), insert.onConflict().assignments(), false);
    } else if (node instanceof MergeInto merge) {
      for (MergeInto.When when : merge.whens()) {
        check(merge.target(), when.assignments(), when.action() == MergeInto.Action.DELETE);
      }
    }
    node.eachChild(this::check);
  }

  private void check(FromItem.Table target, List<Assignment> assignments, boolean deletes) {
    List<String> name = Tables.local(target.name());
    if (tables.configuration().table(name).isEmpty() || Tables.isSystem(name)) {
      return;
    }
    Set<String> assigned = assigned(assignments);
    key(name).forEach(assigned::remove); // whether that one changes is looked at elsewhere
    if (!deletes && assigned.isEmpty()) {
      return;
    }
    for (Reaction reaction : tables.catalog().reactions(name)) {
      boolean follows =
          reaction.onDelete() ? deletes : reaction.cause().stream().anyMatch(assigned::contains);
      if (follows) {
        for (String column : key(reaction.table())) {
          if (reaction.changed().contains(column)) {
            throw new RoutingException(
                ErrorCode.KEY_CHANGED_BY_REFERENCE,
                Identifiers.display(name),
                column,
                Identifiers.display(reaction.table()));
          }
        }
      }
    }
  }

  /** The columns that are given something else than themselves. */
  private static Set<String> assigned(List<Assignment> assignments) {
    Set<String> assigned = new HashSet<>();
    for (Assignment assignment : assignments) {
      boolean itself =
          assignment.columns().size() == 1
              && assignment.value() instanceof Expr.Column value
              && value.name().parts().equals(assignment.columns());
      if (!itself) {
        assigned.addAll(assignment.columns());
      }
    }
    return assigned;
  }

  private List<String> key(List<String> name) {
    return tables.configuration().table(name).orElse(null) instanceof Table.Sharded sharded
        ? sharded.key().stream().map(KeyColumn::name).toList()
        : List.of();
  }
}
