package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A read of many shards whose caller has asked for whatever rows can be had.
 *
 * <p>A shard is passed over if it cannot be reached, or does not answer in time. A shard that
 * answers with an error fails the read as ever, and so does one that breaks while its rows are
 * fetched: some of them have been given out by then.
 */
final class PartialRead {

  private final Runner runner;
  private final Execution<DirectRoute> execution;
  private final Session session;
  private final DirectRoute route;
  private final List<ShardCall> calls = new ArrayList<>();
  private final List<Held> apart = new ArrayList<>();
  private final List<Missing> missing = new ArrayList<>();

  PartialRead(Runner runner, Execution<DirectRoute> execution) {
    this.runner = runner;
    this.execution = execution;
    this.session = execution.session();
    this.route = execution.route();
  }

  Answer run() throws SQLException {
    try {
      for (ShardStatement statement : route.statements()) {
        hold(statement);
      }
      if (!calls.isEmpty()) {
        missing.addAll(runner.scatter(execution, calls, Scatter.Manner.TOLERANT));
      }
      List<ShardCall> answered = calls.stream().filter(call -> !isMissing(call)).toList();
      if (answered.isEmpty()) {
        throw missing.get(0).reason();
      }
      List<ShardCall> silent = calls.stream().filter(this::isMissing).toList();
      new Answer(session, route, silent, cursors(silent)).close();
      return new Answer(session, route, answered, cursors(answered)).without(missing);
    } catch (SQLException | RuntimeException | Error e) {
      new Answer(session, route, calls, apart).close();
      throw e;
    }
  }

  private void hold(ShardStatement statement) throws SQLException {
    Work work = execution.work();
    try {
      Held held =
          work.isFetchedInParts()
              ? session.holdApart(statement.shard(), route)
              : session.hold(statement.shard(), route);
      calls.add(work.on(held, statement, route.merge().skip()));
      if (work.isFetchedInParts()) {
        apart.add(held);
      }
    } catch (SQLException e) {
      if (!SqlErrors.isNoAnswer(e)) {
        throw e;
      }
      missing.add(new Missing(statement.shard(), e));
    }
  }

  private boolean isMissing(ShardCall call) {
    return missing.stream().anyMatch(m -> m.shard().equals(call.shard()));
  }

  private List<Held> cursors(List<ShardCall> some) {
    return some.stream().map(ShardCall::held).filter(apart::contains).toList();
  }
}
