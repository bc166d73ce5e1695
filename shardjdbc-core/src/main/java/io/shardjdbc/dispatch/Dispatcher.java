package io.shardjdbc.dispatch;

import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.gather.Gatherer;
import io.shardjdbc.map.Arrivals;
import io.shardjdbc.merge.ResultOwner;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.SessionCommand;
import io.shardjdbc.session.SessionCommands;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.Optional;

/** Carries out executions, each in the way that its route asks for. Thread-safe. */
public final class Dispatcher {

  private final Runner runner;
  private final Gatherer gatherer;

  public Dispatcher(Runner runner, Gatherer gatherer) {
    this.runner = runner;
    this.gatherer = gatherer;
  }

  /**
   * Carries out a statement. Where its columns turn out to be of types that do not merge in Java,
   * it goes another way, which PostgreSQL answers.
   *
   * @param execution on the route that the plan gave for its map
   * @param owner whose the rows are
   */
  public Answered run(Planned planned, Execution<Route> execution, ResultOwner owner)
      throws SQLException {
    Execution<Route> attempt = execution;
    while (true) {
      try {
        Execution<Route> now = attempt;
        return SnapshotRead.of(now, () -> run(now, owner));
      } catch (SQLFeatureNotSupportedException e) {
        Optional<Route> other =
            CodedError.is(e, ErrorCode.UNSUPPORTED_CLAUSE)
                ? planned.instead(attempt.route(), attempt.map())
                : Optional.empty();
        Route instead = other.orElseThrow(() -> e);
        attempt = attempt.on(Arrivals.toThoseWhoHave(instead, attempt.map()));
        attempt.running().routed(planned.plan(), attempt.route(), attempt.map());
        owner.goesAnotherWay();
        prepare(attempt);
      } catch (SQLException e) {
        if (planned.numbered() != null) {
          attempt.session().numbers().lose(); // a server may have failed before it took any
        }
        Execution<Route> failed = attempt;
        throw WholeText.errorOf(
            runner, planned, failed, e, first -> firstFailure(planned, failed, first));
      }
    }
  }

  private SQLException firstFailure(
      Planned planned, Execution<Route> execution, SQLException failed) {
    if (!execution.route().isOverSeveralShards()) {
      return failed;
    }
    return new FirstFailure(runner, execution, true)
        .of(
            failed,
            () ->
                planned.singly(execution.map()).stream()
                    .map(row -> new FirstFailure.Step(row, execution.work()))
                    .toList());
  }

  /** Does what a route asks of the session itself before it runs. */
  static void prepare(Execution<Route> execution) throws SQLException {
    SessionCommand command = execution.route().session();
    if (command != null) {
      SessionCommands.run(execution.session(), command, execution.route());
    }
  }

  /** Carries out an execution on its route and no other. */
  public Answered run(Execution<Route> execution, ResultOwner owner) throws SQLException {
    DirectRoute direct = execution.route().direct();
    Answer answer =
        direct != null
            ? runner.run(execution.on(ServerWide.of(execution, direct)))
            : execution.route().fold(new RouteRun(this, execution, owner));
    try {
      return Answered.of(execution, answer, owner);
    } catch (SQLException | RuntimeException | Error e) {
      answer.close();
      throw e;
    }
  }

  /** Runs a batch, whose statements stand as they are. */
  public Answer runBatch(Execution<DirectRoute> execution) throws SQLException {
    return runner.run(execution);
  }

  /**
   * The error to report of a batch over shards that failed, and of which nothing stands.
   *
   * @param steps its statements, in their order
   */
  public SQLException errorOfBatch(
      Execution<DirectRoute> batch, SQLException failed, List<Execution<DirectRoute>> steps) {
    return new FirstFailure(runner, batch, false)
        .of(
            failed,
            () -> steps.stream().map(s -> new FirstFailure.Step(s.route(), s.work())).toList());
  }

  Runner runner() {
    return runner;
  }

  Gatherer gatherer() {
    return gatherer;
  }
}
