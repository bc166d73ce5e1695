package io.shardjdbc.execute;

import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.LockOrder;
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
 * the copies would differ for good. So whoever writes to copies locks the table first: on its home,
 * where writers queue, and when it has that lock, on the others. Each copy's lock is kept until
 * that copy's part has ended, whichever way and whenever that is, prepared or not. Who comes second
 * at home can therefore get no lock, on any shard, before who came first has ended there: the order
 * at home is the order of all. Home is the first by {@link LockOrder}, in which all processes
 * agree, however they list the shards.
 *
 * <p>The lock is an advisory one, by the table's number on its server, with the tables that its
 * foreign keys change along. Rows that are given as values do not depend on what others write, so
 * plain INSERTs share it; they run at home before they run elsewhere, so that two with the same key
 * meet there. Isolation levels with one snapshot for the whole transaction would see a time before
 * they got the lock, so they are refused.
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

  /** Whether home has to have answered before the others are asked. */
  boolean startsAtHome() {
    return shared && !isNone();
  }

  /**
   * Locks copies, each in the transaction that writes to it.
   *
   * @throws SQLException naming the shard
   */
  public void lock(Session session, List<Held> parts) throws SQLException {
    LockOrder order = session.modes().lockOrder();
    for (Held part : parts) {
      on(part, session, () -> order.learn(part));
    }
    for (int at : order.of(parts.stream().map(Held::shard).toList())) {
      Held part = parts.get(at);
      on(part, session, () -> lock(session, part));
    }
  }

  private interface Step {
    void run() throws SQLException;
  }

  private static void on(Held part, Session session, Step step) throws SQLException {
    try {
      step.run();
    } catch (SQLException e) {
      throw session.failed(part, e);
    }
  }

  private void lock(Session session, Held part) throws SQLException {
    session.modes().requireOneMomentEach(part);
    part.lockCopies(sql());
  }

  /**
   * How many connections are to be taken, in the order of the map, before home is locked: whoever
   * waits there should hold few.
   */
  int untilHome(Session session, List<ShardId> shards) {
    if (isNone()) {
      return shards.size();
    }
    LockOrder order = session.modes().lockOrder();
    return order.isKnown(shards) ? order.of(shards).get(0) + 1 : shards.size();
  }

  /** Locks the first copy of some, or waits for it as long as the caller allows. */
  void lockFirst(Runner runner, Execution<DirectRoute> execution, List<Held> parts)
      throws SQLException {
    if (!isNone()) {
      Session session = execution.session();
      Held first = parts.get(runner.orderOfLocks(execution, parts).get(0));
      ShardCall lock = new ConnectionCall(first, connection -> lock(session, first));
      runner.scatter(execution, List.of(lock), Scatter.Manner.PLAIN);
    }
  }

  /** Locks the copies that are not locked yet. */
  void lockOthers(Runner runner, Execution<DirectRoute> execution, List<Held> parts)
      throws SQLException {
    if (isNone()) {
      return;
    }
    List<Integer> order = runner.orderOfLocks(execution, parts);
    List<ShardCall> locks = new ArrayList<>();
    for (int at : order.subList(1, order.size())) {
      Held part = parts.get(at);
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
