package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.LockedTables;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * FOR UPDATE and its kin over several shards: allowed where the rows that the shards lock are those
 * that one server would lock.
 *
 * <p>LIMIT would lock as many rows on each shard, unless these are asked one after another. A row
 * of a reference table would be locked on some of its copies, where another transaction locks
 * another one.
 */
public final class Locks {

  private Locks() {}

  /** Why locks would not be those of one server; null where they are. */
  static @Nullable Refusal unlikeOneServer(Query query, Analysis analysis) {
    if (!analysis.locks()) {
      return null;
    }
    if (query.locking().isEmpty() || locksInside(query)) {
      return refused("in a sub-query");
    }
    if ((query.limit() != null || query.offset() != null) && !isInTurn(query)) {
      return refused("with LIMIT or OFFSET and without SKIP LOCKED");
    }
    for (Query.Locking locking : query.locking()) {
      for (TableVariable table : analysis.tables()) {
        if (!(table.table() instanceof Table.Sharded) && mayLock(locking, table, analysis)) {
          return refused("of " + table.table().displayName() + ", which is not sharded,");
        }
      }
    }
    return null;
  }

  /**
   * Refuses to lock rows of a reference table on the shard where the statement happens to run.
   *
   * <p>A statement over reference tables alone runs on the first shard, whoever sends it. A write
   * to them meets any lock, because it writes every copy.
   */
  public static @Nullable Refusal ofCopies(Node statement, Analysis analysis) {
    if (!analysis.locks()
        || analysis.tables().stream().allMatch(table -> table.table() instanceof Table.Reference)) {
      return null;
    }
    List<FromItem.Table> locked = LockedTables.in(statement);
    for (TableVariable table : analysis.tables()) {
      if (table.table() instanceof Table.Reference && locked.contains(table.node())) {
        return Refusal.of(ErrorCode.LOCK_OF_COPY, table.table().displayName());
      }
    }
    return null;
  }

  private static boolean locksInside(Node node) {
    for (Node child : node.children()) {
      if ((child instanceof Query inner && !inner.locking().isEmpty()) || locksInside(child)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it may lock rows of a table: it names it, or something that is no table itself. */
  private static boolean mayLock(Query.Locking locking, TableVariable table, Analysis analysis) {
    List<String> labels = analysis.tables().stream().map(TableVariable::label).toList();
    return locking.of().isEmpty()
        || locking.of().stream()
            .map(Name::last)
            .anyMatch(name -> name.equals(table.label()) || !labels.contains(name));
  }

  /**
   * Whether shards may be asked one after another until there are enough rows. Then no row is
   * locked that is not returned. Whoever skips what is locked waits for nobody, in whatever order.
   */
  private static boolean isInTurn(Query query) {
    return query.limit() != null
        && query.locking().stream().allMatch(l -> l.whenLocked().equals("skip locked"));
  }

  /** The same way over several shards, with locks. */
  static Found<Spread> over(Spread spread, Query query) {
    if (spread.isOfTextOrder()) {
      return Found.refused(refused("with ORDER BY text"));
    }
    return Found.of(isInTurn(query) ? spread.lockingInTurn() : spread.locking());
  }

  private static Refusal refused(String how) {
    return Refusal.of(ErrorCode.UNSUPPORTED_CLAUSE, "FOR UPDATE or FOR SHARE " + how);
  }
}
