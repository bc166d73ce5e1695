package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.ShardNodes.Outcome;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Runs routes, for all sessions of a DataSource. Thread-safe. */
public final class Runner {

  /** How many connections of a restarted server are passed over before a statement fails. */
  private static final int MAX_DEAD_CONNECTIONS = 16;

  private static final Duration NO_LIMIT = Duration.ofDays(365);

  private final Executor executor;
  private final Duration scatterTimeout;

  /**
   * @param executor for calls to several shards at once; it must never make one wait for another
   * @param scatterTimeout for a statement over several shards, all in all
   */
  public Runner(Executor executor, Duration scatterTimeout) {
    this.executor = executor;
    this.scatterTimeout = scatterTimeout;
  }

  /**
   * Runs a route and returns when every shard has answered.
   *
   * @throws SQLException naming the shard; nothing is held for it then, and in auto-commit mode
   *     nothing of it stands, but for {@link ErrorCode#PARTIAL_COMMIT}
   */
  public Answer run(Session session, DirectRoute route, Work work, Running running)
      throws SQLException {
    if (route.effect() == Effect.LOCK) {
      session.modes().requireLocksOverShards();
    }
    session.admit(route);
    if (route.isSingle()) {
      return runSingle(session, route, work, running);
    }
    boolean writes = route.effect() == Effect.WRITE || route.effect() == Effect.SCHEMA;
    if (writes && !session.inTransaction()) {
      return new WriteApart(this, session, route).run(work, running);
    }
    if (work.mayBePartial() && !writes && !session.inTransaction()) {
      return new PartialRead(this, session, route).run(work, running);
    }
    boolean streams =
        work.isFetchedInParts() && !session.inTransaction() && !writes && !session.streams();
    return runMany(session, route, work, running, streams);
  }

  private Answer runSingle(Session session, DirectRoute asked, Work work, Running running)
      throws SQLException {
    DirectRoute route = asked;
    int retries = mayRetry(session, route, work) ? MAX_DEAD_CONNECTIONS : 0;
    while (true) {
      Held held =
          route.isMovable()
              ? session.holdWhicheverShard(route)
              : session.hold(route.only().shard(), route);
      boolean fresh = held.isFresh();
      ShardCall call = work.on(held, route.only(), 0);
      running.begin(List.of(call));
      try {
        ShardCall answered = run(session, route, work, call, running);
        session.ran(answered.held());
        acknowledge(session, route, Outcome.KNOWN);
        return new Answer(session, route, List.of(answered), List.of());
      } catch (SQLException e) {
        SQLException failure = session.failed(held, e);
        call.close();
        // Even what failed may have been done in part, by a batch or a procedure that commits.
        acknowledge(session, route, held.isBroken() ? Outcome.IN_DOUBT : Outcome.KNOWN);
        if (retries > 0 && fresh && SqlErrors.isConnectionLost(e)) {
          retries--;
          session.forget(held);
          continue;
        }
        if (retries > 0 && fresh && ReplicaErrors.mayDoOnPrimary(held, e)) {
          retries = 0;
          route = route.onPrimary();
          session.leave(held);
          continue;
        }
        session.release(held);
        throw failure;
      } catch (RuntimeException | Error e) {
        call.close();
        session.release(held);
        throw e;
      } finally {
        running.end();
      }
    }
  }

  /** Runs a call, and, where hedging is on, another one beside it if it takes long. */
  private ShardCall run(
      Session session, DirectRoute route, Work work, ShardCall call, Running running)
      throws SQLException {
    Held held = call.held();
    boolean alone = held.isOnReplica() && held.isFresh() && !session.inTransaction();
    if (alone && work.isRepeatable() && !work.isFetchedInParts()) {
      Optional<Duration> delay = held.hedgeDelay();
      if (delay.isPresent()) {
        return new HedgedRead(executor, session, route, work).run(call, delay.get(), running);
      }
    }
    call.run();
    return call;
  }

  /**
   * Runs a route to one shard on a connection that is {@linkplain Session#holdApart held apart};
   * closing the answer ends its transaction, and gives it back.
   */
  public Answer runApart(Session session, Held apart, DirectRoute route, Work work, Running running)
      throws SQLException {
    List<ShardCall> calls = List.of(work.on(apart, route.only(), 0));
    Answer answer = new Answer(session, route, calls, List.of(apart));
    running.begin(calls);
    try {
      calls.get(0).run();
      return answer;
    } catch (SQLException e) {
      SQLException failure = session.failed(apart, e);
      answer.close();
      throw failure;
    } catch (RuntimeException | Error e) {
      answer.close();
      throw e;
    } finally {
      running.end();
    }
  }

  /**
   * Does something on a connection that is {@linkplain Session#holdApart held apart}, under the
   * deadline of a route, whatever the server does: the time-out of a socket ends reads, and no
   * write.
   *
   * @throws SQLException naming the shard; what became of the work is not known then
   */
  public void runApart(
      Session session,
      Held apart,
      DirectRoute route,
      Work limits,
      ConnectionWork work,
      Running running)
      throws SQLException {
    List<ShardCall> calls = List.of(new ConnectionCall(apart, work));
    running.begin(calls);
    try {
      new Scatter(executor, session, calls, false, false).run(limit(route, limits));
    } finally {
      running.end();
    }
  }

  /**
   * Whether a statement whose connection proves dead may be sent again: it reads, or it belongs to
   * a transaction of which nothing can have been committed.
   */
  private static boolean mayRetry(Session session, DirectRoute route, Work work) {
    return (route.effect() == Effect.READ || session.inTransaction()) && work.isRepeatable();
  }

  private static void acknowledge(Session session, DirectRoute route, Outcome outcome) {
    if (!session.inTransaction()
        && (route.effect() == Effect.WRITE || route.effect() == Effect.SCHEMA)) {
      route.shards().forEach(shard -> session.wrote(shard, route.keys(), outcome));
    }
  }

  private Answer runMany(
      Session session, DirectRoute asked, Work work, Running running, boolean streams)
      throws SQLException {
    DirectRoute route = asked;
    int retries =
        route.effect() == Effect.READ && !session.inTransaction() && work.isRepeatable() ? 2 : 0;
    while (true) {
      List<ShardCall> calls = new ArrayList<>(route.statements().size());
      try {
        return runTogether(session, route, work, running, streams, calls);
      } catch (SQLException e) {
        if (retries == 0 || !ReplicaErrors.isWorthAnother(calls, e)) {
          throw e;
        }
        retries--;
        route = retries == 0 ? route.onPrimary() : route;
      }
    }
  }

  private Answer runTogether(
      Session session,
      DirectRoute route,
      Work work,
      Running running,
      boolean streams,
      List<ShardCall> calls)
      throws SQLException {
    List<Held> apart = new ArrayList<>();
    try {
      CopyOrder order = CopyOrder.of(route, work);
      for (ShardStatement statement : route.statements()) {
        Held held =
            streams
                ? session.holdApart(statement.shard(), route)
                : session.hold(statement.shard(), route);
        calls.add(work.on(held, statement, route.merge().skip()));
        if (streams) {
          apart.add(held);
        }
        if (calls.size() == 1) {
          order.lockFirst(this, session, held, work, running);
        }
      }
      order.lockOthers(this, session, calls.stream().map(ShardCall::held).toList(), work, running);
      scatterInOrder(session, calls, work, running, order, limit(route, work));
      calls.forEach(call -> session.ran(call.held()));
      return new Answer(session, route, calls, apart);
    } catch (SQLException | RuntimeException | Error e) {
      new Answer(session, route, calls, apart).close();
      throw e;
    }
  }

  /** Runs calls whose copies are locked. */
  void scatterInOrder(
      Session session,
      List<ShardCall> calls,
      Work work,
      Running running,
      CopyOrder order,
      Duration limit)
      throws SQLException {
    if (order.startsOnFirst()) {
      scatter(session, calls.subList(0, 1), work, running, false, limit);
      scatter(session, calls.subList(1, calls.size()), work, running, false, limit);
    } else {
      scatter(session, calls, work, running, false, limit);
    }
  }

  /**
   * Runs calls whose connections are taken.
   *
   * @param watchesLocks whether to throw {@link LockWaitException}
   */
  void scatter(
      Session session,
      List<ShardCall> calls,
      Work work,
      Running running,
      boolean watchesLocks,
      Duration limit)
      throws SQLException {
    scatter(session, calls, work, running, watchesLocks, false, limit);
  }

  /**
   * Runs calls whose connections are taken, as long as some of them are answered.
   *
   * @return the shards that did not answer
   */
  List<Missing> scatterTolerantly(
      Session session, List<ShardCall> calls, Work work, Running running) throws SQLException {
    return scatter(session, calls, work, running, false, true, limit(work));
  }

  private List<Missing> scatter(
      Session session,
      List<ShardCall> calls,
      Work work,
      Running running,
      boolean watchesLocks,
      boolean tolerant,
      Duration limit)
      throws SQLException {
    requireRepeatable(calls, work);
    running.begin(calls);
    try {
      Scatter scatter = new Scatter(executor, session, calls, watchesLocks, tolerant);
      scatter.run(limit);
      return scatter.missing();
    } finally {
      running.end();
    }
  }

  /** How long a route may take in all: an index may take hours to build. */
  Duration limit(DirectRoute route, Work work) {
    Duration wanted = work.timeout();
    if (route.effect() == Effect.SCHEMA) {
      return wanted.isZero() ? NO_LIMIT : wanted;
    }
    return limit(work);
  }

  Duration limit(Work work) {
    Duration wanted = work.timeout();
    boolean shorter = !wanted.isZero() && wanted.compareTo(scatterTimeout) < 0;
    return shorter ? wanted : scatterTimeout;
  }

  private static void requireRepeatable(List<ShardCall> calls, Work work) throws SQLException {
    if (calls.size() > 1 && !work.isRepeatable()) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "a stream as a value for more than one shard");
    }
  }
}
