package io.shardjdbc;

import io.shardjdbc.catalog.ConstraintRules;
import io.shardjdbc.catalog.ShardCatalog;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.deadlock.DeadlockWatch;
import io.shardjdbc.deadlock.Waits;
import io.shardjdbc.dispatch.Dispatcher;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.gather.Gatherer;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.jdbc.Environment;
import io.shardjdbc.jdbc.SessionCatalog;
import io.shardjdbc.jdbc.TimedPlanning;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.map.Hiding;
import io.shardjdbc.map.stored.MapKeeper;
import io.shardjdbc.moment.Moments;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.pool.Greetings;
import io.shardjdbc.pool.Nodes;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.Routers;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.session.LockOrder;
import io.shardjdbc.session.Marking;
import io.shardjdbc.session.Surroundings;
import io.shardjdbc.session.number.ProcessNumbers;
import io.shardjdbc.session.number.SnowflakeNumbers;
import io.shardjdbc.transaction.CommitObserver;
import io.shardjdbc.transaction.CommitProtocol;
import io.shardjdbc.transaction.CommitProtocols;
import io.shardjdbc.transaction.Decisions;
import io.shardjdbc.transaction.Endings;
import io.shardjdbc.transaction.Glance;
import io.shardjdbc.transaction.LastLook;
import io.shardjdbc.transaction.Recovery;
import io.shardjdbc.transaction.RecoverySchedule;
import io.shardjdbc.transaction.SequentialCommit;
import io.shardjdbc.transaction.TwoPhaseCommit;
import io.shardjdbc.transaction.Untold;
import io.shardjdbc.xa.XaBranches;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * All that runs while a DataSource is open: pools, threads, leases, and the way of a statement
 * through them.
 *
 * <p>Nothing of it outlives {@link #close()}. A DataSource that is suspended and resumed has
 * another one afterwards, which begins as that of a new process does: so nothing that was true of
 * the servers before has to be true still.
 */
final class Engine implements AutoCloseable {

  private final CurrentMap maps;
  private final MapChanges mapChanges;
  private final MapKeeper mapKeeper;
  private final ShardNodes nodes;
  private final ExecutorService scatterThreads;
  private final RoutingConfiguration routing;
  private final Planner router;
  private final StartCheck startCheck;
  private final Environment environment;
  private final Decisions decisions;
  private final Recovery recovery;
  private final RecoverySchedule recoverySchedule;
  private final Endings endings;
  private final Moments moments;
  private final Waits waits;
  private final DeadlockWatch deadlocks;
  private final TransactionSettings settings;

  Engine(Configuration configuration, List<ShardListener> listeners, CommitObserver observer) {
    Hearing hearing = new Hearing(listeners);
    Greetings greetings = new Greetings();
    this.nodes = Nodes.of(configuration, hearing.poolMetrics(), greetings);
    listeners.forEach(nodes::addListener);
    this.maps = new CurrentMap(ShardMap.of(configuration.routing()));
    this.scatterThreads = ScatterThreads.start();
    ShardCatalog catalog = new ShardCatalog(nodes, maps, configuration.ids(), scatterThreads);
    this.routing = configuration.routing();
    this.router = Routers.planner(routing, catalog, maps::get);
    Runner runner = new Runner(scatterThreads, configuration.scatterTimeout());
    this.settings = configuration.transactions();
    Duration patience = settings.commitTimeout();
    this.decisions = new Decisions(nodes::open, settings.keepDecisions(), patience);
    this.endings = new Endings(new Untold(decisions, patience, nodes::wroteAny));
    this.recovery = new Recovery(maps, decisions);
    this.waits = new Waits(maps, nodes, scatterThreads);
    this.deadlocks = new DeadlockWatch(waits, settings.deadlockInterval());
    this.recoverySchedule = new RecoverySchedule(new Glance(maps, nodes), recovery, settings);
    LastLook lastLook = new LastLook(decisions, patience);
    this.mapChanges =
        new MapChanges(nodes, maps, scatterThreads, routing, lastLook, recoverySchedule, hearing);
    this.mapKeeper = new MapKeeper(nodes, maps, configuration, mapChanges::install);
    greetings.say(mapKeeper);
    this.moments =
        new Moments(maps, nodes, decisions, scatterThreads, settings.snapshots().timeout());
    CommitProtocol twoPhase =
        new TwoPhaseCommit(
            decisions, scatterThreads, settings, observer, recoverySchedule, endings, deadlocks);
    this.environment =
        new Environment(
            router,
            new TimedPlanning(scatterThreads, nodes),
            session -> Routers.planner(routing, new SessionCatalog(session, catalog), maps::get),
            new Dispatcher(runner, new Gatherer(runner, configuration.gather())),
            new ConstraintRules(routing, configuration.schema()),
            new Surroundings(
                nodes,
                maps,
                catalog.traces(),
                new CommitProtocols(new SequentialCommit(), twoPhase),
                settings,
                routing,
                hearing,
                ProcessNumbers.of(nodes, routing.shards().get(0), configuration.ids()),
                endings,
                moments,
                new Marking(deadlocks),
                Hiding.by(router),
                mapKeeper.bringing(),
                new LockOrder()),
            new CommonPlacement(routing),
            hearing,
            catalog::forget,
            mapKeeper,
            catalog::userCode);
    this.startCheck = new StartCheck(this::schemaCheck, configuration.schema(), scatterThreads);
    if (settings.mode() == TransactionMode.TWO_PHASE) {
      recoverySchedule.start();
    }
  }

  Environment environment() {
    return environment;
  }

  CurrentMap maps() {
    return maps;
  }

  ShardNodes nodes() {
    return nodes;
  }

  Planner router() {
    return router;
  }

  StartCheck startCheck() {
    return startCheck;
  }

  MapChanges mapChanges() {
    return mapChanges;
  }

  Decisions decisions() {
    return decisions;
  }

  Recovery recovery() {
    return recovery;
  }

  Waits waits() {
    return waits;
  }

  DeadlockWatch deadlocks() {
    return deadlocks;
  }

  SnowflakeNumbers snowflakes() {
    return environment.surroundings().numbers().snowflakes();
  }

  SchemaCheck schemaCheck() {
    return new SchemaCheck(nodes, routing, maps.get(), environment.constraints());
  }

  /** What transaction managers have prepared on the shards. */
  XaBranches xaBranches() {
    return new XaBranches(maps, nodes::open, settings, nodes::wroteAny);
  }

  /**
   * Requires that each shard's primary lets us in now.
   *
   * @throws SQLException of the first one that does not
   */
  void requireShards() throws SQLException {
    for (ShardId shard : maps.shards()) {
      try {
        nodes.open(shard).close();
      } catch (SQLException e) {
        throw SqlErrors.onShard(shard, e);
      }
    }
  }

  /** Closes all connections, once shards have been told of decisions that are just being told. */
  @Override
  public void close() {
    endings.awaitAll(settings.commitTimeout());
    recoverySchedule.close();
    moments.close();
    deadlocks.close();
    environment.surroundings().numbers().close();
    scatterThreads.shutdown();
    mapKeeper.close();
    nodes.close();
  }
}
