package io.shardjdbc.execute;

import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The one order in which writes reach all copies of a reference table.
 *
 * <p>Each copy is changed by its own server. If two writes came to one copy in another order than
 * to the next, an UPDATE would find on one what an INSERT has added, and miss it on the other, and
 * the copies would differ for good. So whoever writes to copies locks the table first: on the first
 * shard of all, where writers queue, and when it has that lock, on the others. Each copy's lock is
 * kept until that copy's part has ended, whichever way and whenever that is, prepared or not. Who
 * comes second on the first shard can therefore get no lock, on any shard, before who came first
 * has ended there: the order of the first shard is the order of all.
 *
 * <p>The lock is an advisory one, by the table's number on its server, with the tables that its
 * foreign keys change along. Rows that are given as values do not depend on what others write, so
 * plain INSERTs share it; they run on the first shard before the others, so that two with the same
 * key meet there. Isolation levels with one snapshot for the whole transaction would see a time
 * before they got the lock, so they are refused.
 */
public final class CopyOrder {

  private static final CopyOrder NONE = new CopyOrder(List.of(), true);

  private static final String TABLES =
      """
      WITH RECURSIVE changed AS (
        SELECT r::oid AS oid FROM unnest(ARRAY[%s]) r WHERE r IS NOT NULL
        UNION
        SELECT c.conrelid FROM pg_constraint c JOIN changed ON c.confrelid = changed.oid
        WHERE c.contype = 'f' AND (c.confdeltype IN ('c', 'n', 'd') OR c.confupdtype IN ('c', 'n', 'd')))
      SELECT pg_advisory_xact_lock%s(hashtextextended('shardjdbc.copies ' || t.oid, 0))
      FROM (SELECT oid FROM changed ORDER BY oid) t
      """;

  private final List<List<String>> tables;
  private final boolean shared;

  private CopyOrder(List<List<String>> tables, boolean shared) {
    this.tables = tables;
    this.shared = shared;
  }

  /** Of a statement or a batch. */
  static CopyOrder of(DirectRoute route, Work work) {
    if (route.effect() != Effect.WRITE || route.isSingle() || Fence.COPY_ORDER.isOut()) {
      return NONE;
    }
    if (work instanceof BatchWork batch) {
      return batch.copies().isEmpty() ? NONE : new CopyOrder(batch.copies(), false);
    }
    if (!route.isAlikeOnAll()) {
      return NONE;
    }
    return new CopyOrder(route.written(), route.merge().ofValues());
  }

  /** Of rows that are copied to all of a table's copies. */
  public static CopyOrder ofCopy(List<String> table) {
    return new CopyOrder(List.of(table), false);
  }

  boolean isNone() {
    return tables.isEmpty();
  }

  /** Whether the first shard has to have answered before the others are asked. */
  boolean startsOnFirst() {
    return shared && !isNone();
  }

  /** Locks one copy, in the transaction that writes to it. */
  public void lock(Session session, Held held) throws SQLException {
    if (!isNone()) {
      session.modes().requireOneMomentEach(held);
      held.lockCopies(sql());
    }
  }

  /** Locks the first copy, or waits for it as long as the caller allows. */
  void lockFirst(Runner runner, Execution<DirectRoute> execution, Held first) throws SQLException {
    if (!isNone()) {
      ShardCall lock = new ConnectionCall(first, connection -> lock(execution.session(), first));
      runner.scatter(execution, List.of(lock), Scatter.Manner.PLAIN);
    }
  }

  /** Locks the copies behind the first one. */
  void lockOthers(Runner runner, Execution<DirectRoute> execution, List<Held> parts)
      throws SQLException {
    if (isNone()) {
      return;
    }
    List<ShardCall> locks = new ArrayList<>();
    for (Held part : parts.subList(1, parts.size())) {
      locks.add(new ConnectionCall(part, connection -> part.lockCopies(sql())));
    }
    runner.scatter(execution, locks, Scatter.Manner.PLAIN);
  }

  private String sql() {
    String names =
        tables.stream()
            .map(table -> table.stream().map(Identifiers::quote).collect(Collectors.joining(".")))
            .map(name -> "to_regclass('" + name.replace("'", "''") + "')")
            .sorted()
            .collect(Collectors.joining(", "));
    return TABLES.formatted(names, shared ? "_shared" : "");
  }
}
