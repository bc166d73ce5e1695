package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.Utility;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells code that gives rows a shard key from code that changes rows where they are. */
final class Stores {

  private Stores() {}

  /** Whether code may give a row of the table a key, by itself or by what it calls. */
  static boolean rowsOf(Table.Sharded table, List<String> name, Reach reach) {
    return reach.nested()
        || reach.statements().stream().anyMatch(s -> stores(s.statement(), table, name));
  }

  private static boolean stores(Node node, Table.Sharded table, List<String> name) {
    return gives(node, table, name) || node.anyChild(child -> stores(child, table, name));
  }

  private static boolean gives(Node node, Table.Sharded table, List<String> name) {
    if (node instanceof Insert insert) {
      return is(insert.target(), name);
    }
    if (node instanceof Update update) {
      return is(update.target(), name) && assignsKey(update.assignments(), table);
    }
    if (node instanceof Utility utility && utility.redefines()) {
      return utility.fills()
          || !utility.kin().isEmpty()
          || utility.columns().stream().anyMatch(c -> isKey(c.column(), table));
    }
    return node instanceof MergeInto merge
        && is(merge.target(), name)
        && merge.whens().stream()
            .anyMatch(
                when ->
                    when.action() == MergeInto.Action.INSERT
                        || assignsKey(when.assignments(), table));
  }

  private static boolean is(FromItem.Table target, List<String> name) {
    return Tables.local(target.name()).equals(name);
  }

  private static boolean assignsKey(List<Assignment> assignments, Table.Sharded table) {
    return assignments.stream()
        .flatMap(assignment -> assignment.columns().stream())
        .anyMatch(column -> isKey(column, table));
  }

  private static boolean isKey(@Nullable String column, Table.Sharded table) {
    return table.key().stream().anyMatch(key -> key.name().equals(column));
  }
}
