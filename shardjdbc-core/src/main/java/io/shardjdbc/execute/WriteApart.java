package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import io.shardjdbc.session.StartingOver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A write over several shards in auto-commit mode.
 *
 * <p>It runs on all of them at once, each in a transaction of its own, and commits only when all
 * succeeded. Two such writes can come to wait for each other, the first for a row of one shard, the
 * second for a row of another; no server sees that deadlock, for each sees one half of it. So a
 * write that waits for a lock while it holds others is rolled back and run again shard after shard,
 * in the {@linkplain io.shardjdbc.session.LockOrder one order} that all follow: whoever waits then
 * holds nothing that comes later, and no circle can close.
 *
 * <p>What a server refuses to run inside a transaction (VACUUM, CREATE INDEX CONCURRENTLY) runs
 * outside of one, shard after shard.
 */
final class WriteApart {

  /** Faults of values, constraints and texts, which may be others where rows come one by one. */
  private static final Set<String> OF_ROWS = Set.of("21", "22", "23", "42", "54");

  private final Runner runner;
  private final Execution<DirectRoute> execution;
  private final Session session;
  private final DirectRoute route;

  WriteApart(Runner runner, Execution<DirectRoute> execution) {
    this.runner = runner;
    this.execution = execution.doing(execution.work().allAtOnce());
    this.session = execution.session();
    this.route = execution.route();
  }

  Answer run() throws SQLException {
    return route.merge().inTransaction() ? runTogether() : runOneByOne();
  }

  private Answer runTogether() throws SQLException {
    List<Held> parts = new ArrayList<>(route.statements().size());
    List<ShardCall> calls = new ArrayList<>(route.statements().size());
    Answer answer = new Answer(session, route, calls, List.of());
    boolean committing = false;
    CopyOrder order = CopyOrder.of(route, execution.work());
    int untilHome = order.untilHome(session, route.shards());
    try {
      for (ShardStatement statement : route.statements()) {
        Held part = session.holdApart(statement.shard(), route);
        parts.add(part);
        calls.add(execution.work().on(part, statement, 0));
        if (parts.size() == untilHome) {
          order.lockFirst(runner, execution, parts);
        }
      }
      order.lockOthers(runner, execution, parts);
      runAll(parts, calls, order);
      committing = true;
      session.modes().protocol().commit(parts);
      parts.forEach(session::endApart);
      return answer;
    } catch (SQLException | RuntimeException | Error e) {
      if (!committing) {
        parts.forEach(Held::rollback);
      }
      parts.forEach(session::endApart);
      answer.close();
      throw e;
    }
  }

  /** Where many rows at once fail, what they do one by one tells how. */
  private void runAll(List<Held> parts, List<ShardCall> calls, CopyOrder order)
      throws SQLException {
    try {
      runAll(execution, parts, calls, order);
    } catch (SQLException e) {
      Execution<DirectRoute> oneByOne = execution.doing(execution.work().oneByOne());
      boolean same = oneByOne.work() == execution.work();
      if (same || !isOfRows(e) || parts.stream().anyMatch(Held::isBroken)) {
        throw e;
      }
      makeAnew(oneByOne, parts, calls);
      runAll(oneByOne, parts, calls, order);
    }
  }

  private static boolean isOfRows(SQLException e) {
    String state = e.getSQLState();
    return state != null && state.length() == 5 && OF_ROWS.contains(state.substring(0, 2));
  }

  /** Undoes what the parts have done, and makes the calls that do it again. */
  private void makeAnew(Execution<DirectRoute> again, List<Held> parts, List<ShardCall> calls)
      throws SQLException {
    for (int i = 0; i < parts.size(); i++) {
      calls.get(i).close();
      StartingOver.of(parts.get(i));
      calls.set(i, again.work().on(parts.get(i), route.statements().get(i), 0));
    }
  }

  private void runAll(
      Execution<DirectRoute> asked, List<Held> parts, List<ShardCall> calls, CopyOrder order)
      throws SQLException {
    if (order.startsAtHome()) {
      session.modes().mark(parts);
      runner.scatterInOrder(asked, calls, order);
      return;
    }
    try {
      runner.scatter(asked, calls, Scatter.Manner.WATCHING_LOCKS);
    } catch (LockWaitException e) {
      makeAnew(asked, parts, calls);
      session.modes().mark(parts); // it waits from now on as long as it takes
      for (int at : runner.orderOfLocks(asked, parts)) {
        ShardCall call = calls.get(at);
        order.lockFirst(runner, asked, List.of(call.held()));
        runner.scatter(asked, List.of(call), Scatter.Manner.PLAIN);
      }
    }
  }

  /** Each shard is tried, whatever became of the others; the failure says which is which. */
  private Answer runOneByOne() throws SQLException {
    List<ShardCall> calls = new ArrayList<>(route.statements().size());
    Answer answer = new Answer(session, route, calls, List.of());
    List<ShardId> finished = new ArrayList<>();
    Map<ShardId, SQLException> failed = new LinkedHashMap<>();
    try {
      for (ShardStatement statement : route.statements()) {
        try {
          ShardCall call =
              execution.work().on(session.hold(statement.shard(), route), statement, 0);
          calls.add(call);
          runner.scatter(execution, List.of(call), Scatter.Manner.PLAIN);
          finished.add(statement.shard());
        } catch (SQLException e) {
          failed.put(statement.shard(), e);
        }
      }
    } catch (RuntimeException | Error e) {
      answer.close();
      throw e;
    }
    if (failed.isEmpty()) {
      return answer;
    }
    answer.close();
    throw partial(finished, failed);
  }

  private SQLException partial(List<ShardId> finished, Map<ShardId, SQLException> failed) {
    SQLException first = failed.values().iterator().next();
    if (finished.isEmpty() && isAlike(failed.values())) {
      return first;
    }
    String verb = route.statements().get(0).sql().strip().split("\\s+", 2)[0];
    SQLException all =
        SqlErrors.of(
            first,
            ErrorCode.SCHEMA_CHANGE_PARTIAL,
            verb.toUpperCase(Locale.ROOT),
            finished.isEmpty() ? "no shard" : names(finished),
            names(failed.keySet()));
    failed.values().forEach(all::setNextException);
    return all;
  }

  /** Whether it is one error, of the statement rather than of a shard. */
  private static boolean isAlike(Collection<SQLException> failures) {
    return failures.stream().map(e -> String.valueOf(e.getSQLState())).distinct().count() == 1
        && failures.stream().noneMatch(SqlErrors::isConnectionLost);
  }

  private static String names(Collection<ShardId> shards) {
    return shards.stream().map(ShardId::name).collect(Collectors.joining(", "));
  }
}
