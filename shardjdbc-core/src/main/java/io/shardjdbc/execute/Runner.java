package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.ShardNodes.Outcome;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.LockOrder;
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

  private static final long SECOND_NANOS = 1_000_000_000;
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
  public Answer run(Execution<DirectRoute> execution) throws SQLException {
    execution.session().routed().asks(execution.running());
    try {
      return runAsked(execution);
    } finally {
      execution.session().routed().asks(null);
    }
  }

  private Answer runAsked(Execution<DirectRoute> execution) throws SQLException {
    DirectRoute route = execution.route();
    if (route.effect() == Effect.LOCK) {
      execution.session().modes().requireLocksOverShards();
    }
    execution.admit();
    if (route.isSingle()) {
      return runSingle(execution);
    }
    boolean writes = route.effect() == Effect.WRITE || route.effect() == Effect.SCHEMA;
    boolean alone = !execution.inTransaction();
    if (writes && alone) {
      return new WriteApart(this, execution).run();
    }
    if (execution.work().mayBePartial() && alone) {
      return new PartialRead(this, execution).run();
    }
    boolean streams = execution.work().isFetchedInParts() && !execution.session().streams();
    boolean unsettled = writes && execution.session().modes().isUnsettled(route);
    Answer answer = runMany(execution, streams && alone);
    if (unsettled) {
      try {
        WrittenShards.settle(this, execution);
      } catch (SQLException | RuntimeException | Error e) {
        answer.close();
        throw e;
      }
    }
    return answer;
  }

  /** Asks questions of the library's own, each on its connection, all at once. */
  void ask(Execution<DirectRoute> execution, List<ShardCall> questions) throws SQLException {
    execution.running().begin(questions);
    try {
      Scatter.Manner plain = Scatter.Manner.PLAIN;
      new Scatter(executor, execution, questions, plain).run(limit(execution));
    } finally {
      execution.running().end();
    }
  }

  private Answer runSingle(Execution<DirectRoute> asked) throws SQLException {
    Execution<DirectRoute> execution = asked;
    Session session = execution.session();
    int retries = MAX_DEAD_CONNECTIONS;
    while (true) {
      DirectRoute route = execution.route();
      Held held =
          route.isMovable()
              ? session.holdWhicheverShard(route, execution.map())
              : session.hold(route.only().shard(), route);
      boolean fresh = held.isFresh();
      ShardCall call = execution.work().on(held, route.only(), 0);
      List<ShardCall> calls = List.of(call);
      execution.running().begin(calls);
      try {
        ShardCall answered = run(execution, call);
        session.ran(answered.held());
        acknowledge(session, route, Outcome.KNOWN);
        return new Answer(session, route, answered == call ? calls : List.of(answered), List.of());
      } catch (SQLException e) {
        SQLException failure = session.failed(held, e);
        call.close();
        // Even what failed may have been done in part, by a batch or a procedure that commits.
        acknowledge(session, route, held.isBroken() ? Outcome.IN_DOUBT : Outcome.KNOWN);
        retries = mayRetry(execution) ? retries : 0;
        if (retries > 0 && fresh && SqlErrors.isConnectionLost(e)) {
          retries--;
          session.forget(held);
          continue;
        }
        if (retries > 0 && fresh && ReplicaErrors.mayDoOnPrimary(held, e)) {
          retries = 0;
          execution = execution.on(route.onPrimary());
          session.leaveTransaction(held); // a replica, on which nothing else was run
          session.release(held);
          continue;
        }
        session.release(held);
        throw failure;
      } catch (RuntimeException | Error e) {
        call.close();
        session.release(held);
        throw e;
      } finally {
        execution.running().end();
      }
    }
  }

  /** Runs a call, and, where hedging is on, another one beside it if it takes long. */
  private ShardCall run(Execution<DirectRoute> execution, ShardCall call) throws SQLException {
    Held held = call.held();
    Work work = execution.work();
    boolean alone = held.isOnReplica() && held.isFresh() && !execution.inTransaction();
    if (alone && work.isRepeatable() && !work.isFetchedInParts()) {
      Optional<Duration> delay = held.hedgeDelay();
      if (delay.isPresent()) {
        return new HedgedRead(executor, execution).run(call, delay.get());
      }
    }
    call.run(execution);
    return call;
  }

  /**
   * Runs a route to one shard on a connection that is {@linkplain Session#holdApart held apart};
   * closing the answer ends its transaction, and gives it back.
   */
  public Answer runApart(Execution<DirectRoute> execution, Held apart) throws SQLException {
    DirectRoute route = execution.route();
    List<ShardCall> calls = List.of(execution.work().on(apart, route.only(), 0));
    Answer answer = new Answer(execution.session(), route, calls, List.of(apart));
    execution.running().begin(calls);
    try {
      calls.get(0).run(execution);
      return answer;
    } catch (SQLException e) {
      SQLException failure = execution.session().failed(apart, e);
      answer.close();
      throw failure;
    } catch (RuntimeException | Error e) {
      answer.close();
      throw e;
    } finally {
      execution.running().end();
    }
  }

  /**
   * Runs the parts of a route on connections that are {@linkplain Session#holdApart held apart},
   * whose transactions go on when the answer is closed.
   *
   * @param apart in the order of the route's statements
   */
  public Answer runApart(Execution<DirectRoute> execution, List<Held> apart) throws SQLException {
    DirectRoute route = execution.route();
    List<ShardCall> calls = new ArrayList<>(apart.size());
    for (int i = 0; i < apart.size(); i++) {
      calls.add(execution.work().on(apart.get(i), route.statements().get(i), 0));
    }
    Answer answer = Answer.ofRows(execution.session(), route, calls, List.of());
    try {
      scatter(execution, calls, Scatter.Manner.PLAIN);
      return answer;
    } catch (SQLException | RuntimeException | Error e) {
      answer.close();
      throw e;
    }
  }

  /**
   * Does something on connections that are {@linkplain Session#holdApart held apart}, on all at
   * once, under the deadline of an execution, whatever the servers do: the time-out of a socket
   * ends reads, and no write.
   *
   * @throws SQLException naming the shard; what became of the work is not known then
   */
  public void runApart(Execution<DirectRoute> execution, List<Held> apart, ConnectionWork work)
      throws SQLException {
    List<ShardCall> calls =
        apart.stream().<ShardCall>map(held -> new ConnectionCall(held, work)).toList();
    execution.running().begin(calls);
    try {
      new Scatter(executor, execution, calls, Scatter.Manner.PLAIN).run(limit(execution));
    } finally {
      execution.running().end();
    }
  }

  /**
   * Whether a statement whose connection proves dead may be sent again: it reads, or it belongs to
   * a transaction of which nothing can have been committed.
   */
  private static boolean mayRetry(Execution<DirectRoute> execution) {
    return (execution.route().effect() == Effect.READ || execution.inTransaction())
        && execution.work().isRepeatable();
  }

  private static void acknowledge(Session session, DirectRoute route, Outcome outcome) {
    if (!session.inTransaction()
        && (route.effect() == Effect.WRITE || route.effect() == Effect.SCHEMA)) {
      route.shards().forEach(shard -> session.wrote(shard, route.keys(), outcome));
    }
  }

  private Answer runMany(Execution<DirectRoute> asked, boolean streams) throws SQLException {
    Execution<DirectRoute> execution = asked;
    boolean reads = execution.route().effect() == Effect.READ && !execution.inTransaction();
    int retries = reads && execution.work().isRepeatable() ? 2 : 0;
    while (true) {
      List<ShardCall> calls = new ArrayList<>(execution.route().statements().size());
      try {
        return runTogether(execution, streams, calls);
      } catch (SQLException e) {
        if (retries == 0 || !ReplicaErrors.isWorthAnother(calls, e)) {
          throw e;
        }
        retries--;
        if (retries == 0) {
          execution = execution.on(execution.route().onPrimary());
        }
      }
    }
  }

  private Answer runTogether(
      Execution<DirectRoute> execution, boolean streams, List<ShardCall> calls)
      throws SQLException {
    Session session = execution.session();
    DirectRoute route = execution.route();
    List<Held> apart = new ArrayList<>();
    try {
      CopyOrder order = CopyOrder.of(route, execution.work());
      int untilHome = order.untilHome(session, route.shards());
      for (ShardStatement statement : route.statements()) {
        Held held =
            streams
                ? session.holdApart(statement.shard(), route)
                : session.hold(statement.shard(), route);
        calls.add(execution.work().on(held, statement, route.merge().skip()));
        if (streams) {
          apart.add(held);
        }
        if (calls.size() == untilHome) {
          order.lockFirst(this, execution, helds(calls));
        }
      }
      order.lockOthers(this, execution, helds(calls));
      scatterInOrder(execution, calls, order);
      calls.forEach(call -> session.ran(call.held()));
      return new Answer(session, route, calls, apart);
    } catch (SQLException | RuntimeException | Error e) {
      new Answer(session, route, calls, apart).close();
      throw e;
    }
  }

  /** Runs calls whose copies are locked. */
  void scatterInOrder(Execution<DirectRoute> execution, List<ShardCall> calls, CopyOrder order)
      throws SQLException {
    if (order.startsAtHome()) {
      ShardCall first = calls.get(orderOfLocks(execution, helds(calls)).get(0));
      scatter(execution, List.of(first), Scatter.Manner.PLAIN);
      List<ShardCall> others = calls.stream().filter(call -> call != first).toList();
      scatter(execution, others, Scatter.Manner.PLAIN);
    } else {
      scatter(execution, calls, Scatter.Manner.PLAIN);
    }
  }

  /** The positions of connections, in the order in which all processes lock their databases. */
  List<Integer> orderOfLocks(Execution<DirectRoute> execution, List<Held> parts)
      throws SQLException {
    LockOrder order = execution.session().modes().lockOrder();
    List<ShardId> shards = parts.stream().map(Held::shard).toList();
    if (!order.isKnown(shards)) {
      List<ShardCall> questions = new ArrayList<>();
      for (Held part : parts) {
        questions.add(new ConnectionCall(part, connection -> order.learn(part)));
      }
      scatter(execution, questions, Scatter.Manner.PLAIN);
    }
    return order.of(shards);
  }

  private static List<Held> helds(List<ShardCall> calls) {
    return calls.stream().map(ShardCall::held).toList();
  }

  /**
   * Runs calls whose connections are taken.
   *
   * @return the shards that did not answer; none, unless that is tolerated
   */
  List<Missing> scatter(
      Execution<DirectRoute> execution, List<ShardCall> calls, Scatter.Manner manner)
      throws SQLException {
    requireRepeatable(calls, execution.work());
    execution.running().begin(calls);
    try {
      Scatter scatter = new Scatter(executor, execution, calls, manner);
      scatter.run(limit(execution));
      return scatter.missing();
    } finally {
      execution.running().end();
    }
  }

  /**
   * What is left of the time that a statement over several shards may take, for its last step on
   * one: in whole seconds, as drivers count them, and one at least.
   */
  public Duration rest(long startNanos) {
    long left = scatterTimeout.toNanos() - (System.nanoTime() - startNanos);
    return Duration.ofSeconds(Math.max(1, (left + SECOND_NANOS - 1) / SECOND_NANOS));
  }

  /** How long it may take in all: an index may take hours to build. */
  private Duration limit(Execution<DirectRoute> execution) {
    Duration wanted = execution.timeout();
    if (execution.route().effect() == Effect.SCHEMA) {
      return wanted.isZero() ? NO_LIMIT : wanted;
    }
    boolean shorter = !wanted.isZero() && wanted.compareTo(scatterTimeout) < 0;
    return shorter ? wanted : scatterTimeout;
  }

  private static void requireRepeatable(List<ShardCall> calls, Work work) throws SQLException {
    if (calls.size() > 1 && !work.isRepeatable()) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "a stream as a value for more than one shard");
    }
  }
}
