package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import java.util.List;
import java.util.Optional;

/**
 * Tables of an INSERT's sub-queries of which each row needs rows of its own key only, as in {@code
 * RETURNING (SELECT count(*) FROM posts p WHERE p.user_id = users.user_id)}: they are where the row
 * is, whichever shard that will be.
 */
final class OwnRows {

  private OwnRows() {}

  /** The tables besides the target that rows of other keys may be needed of. */
  static List<TableVariable> apart(Analysis analysis, TableVariable target) {
    return analysis.tables().stream()
        .filter(table -> table != target && !isOwn(table, analysis, target))
        .toList();
  }

  /**
   * Whether ON CONFLICT and RETURNING read such tables alone, and copies, so that each shard may
   * answer them for the rows that it is given.
   */
  static boolean suffice(
      List<Node> outside, Insert insert, Analysis analysis, TableVariable target) {
    return insert.with() == null
        && target.table() instanceof Table.Sharded
        && outside.stream().allMatch(node -> isOfOwn(node, analysis, target));
  }

  private static boolean isOfOwn(Node node, Analysis analysis, TableVariable target) {
    if (node instanceof FromItem.Table read) {
      Optional<TableVariable> table =
          analysis.tables().stream().filter(variable -> variable.node() == read).findFirst();
      boolean here =
          table.isPresent()
              && (table.get().table() instanceof Table.Reference
                  || isOwn(table.get(), analysis, target));
      if (!here) {
        return false;
      }
    }
    return node.allChildren(child -> isOfOwn(child, analysis, target));
  }

  private static boolean isOwn(TableVariable table, Analysis analysis, TableVariable target) {
    return table.table() instanceof Table.Sharded
        && target.table() instanceof Table.Sharded sharded
        && !sharded.placement().sharesKeys()
        && new Colocation(analysis, List.of(target, table)).prove(new Anchors(List.of(target)))
            != null;
  }
}
