package io.shardjdbc;

import io.shardjdbc.catalog.ConstraintRules;
import io.shardjdbc.catalog.ShardCatalog;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.deadlock.DeadlockWatch;
import io.shardjdbc.deadlock.Waits;
import io.shardjdbc.dispatch.Dispatcher;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.gather.Gatherer;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.jdbc.Environment;
import io.shardjdbc.jdbc.KeyBuilder;
import io.shardjdbc.jdbc.SessionCatalog;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.map.Hiding;
import io.shardjdbc.map.stored.MapKeeper;
import io.shardjdbc.moment.Moments;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.pool.Greetings;
import io.shardjdbc.pool.Nodes;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.ReplicationListener;
import io.shardjdbc.replication.failover.FailoverCommand;
import io.shardjdbc.replication.failover.FailoverCommandBuilder;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.Routers;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.session.Marking;
import io.shardjdbc.session.Surroundings;
import io.shardjdbc.session.number.ProcessNumbers;
import io.shardjdbc.transaction.CommitObserver;
import io.shardjdbc.transaction.CommitProtocol;
import io.shardjdbc.transaction.CommitProtocols;
import io.shardjdbc.transaction.Decisions;
import io.shardjdbc.transaction.Endings;
import io.shardjdbc.transaction.LastLook;
import io.shardjdbc.transaction.Recovery;
import io.shardjdbc.transaction.RecoverySchedule;
import io.shardjdbc.transaction.SequentialCommit;
import io.shardjdbc.transaction.TwoPhaseCommit;
import io.shardjdbc.transaction.Untold;
import io.shardjdbc.xa.XaBranches;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKeyBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A DataSource over many PostgreSQL shards that behave as one database.
 *
 * <pre>{@code
 * try (ShardDataSource dataSource = ShardDataSource.open(Path.of("shards.yaml"));
 *     Connection connection = dataSource.getConnection()) {
 *   ...
 * }
 * }</pre>
 *
 * <p>Thread-safe. It connects when a statement first needs a server, and keeps a pool for each.
 */
public final class ShardDataSource implements DataSource, AutoCloseable {

  private final CurrentMap maps;
  private final MapChanges mapChanges;
  private final MapKeeper mapKeeper;
  private final ShardNodes nodes;
  private final ExecutorService scatterThreads;
  private final RoutingConfiguration routing;
  private final Planner router;
  private final ShardReads reads;
  private final StartCheck startCheck;
  private final Environment environment;
  private final ShardTransactions transactions;
  private final RecoverySchedule recoverySchedule;
  private final Endings endings;
  private final Moments moments;
  private final DeadlockWatch deadlocks;
  private final TransactionSettings settings;
  private volatile @Nullable PrintWriter logWriter;
  private volatile boolean closed;

  private ShardDataSource(
      Configuration configuration, List<ShardListener> listeners, CommitObserver observer) {
    Hearing hearing = new Hearing(listeners);
    Greetings greetings = new Greetings();
    this.nodes = Nodes.of(configuration, hearing.poolMetrics(), greetings);
    listeners.forEach(nodes::addListener);
    this.maps = new CurrentMap(ShardMap.of(configuration.routing()));
    this.reads = new ShardReads(maps, nodes);
    this.scatterThreads = ScatterThreads.start();
    ShardCatalog catalog = new ShardCatalog(nodes, maps, configuration.ids(), scatterThreads);
    this.routing = configuration.routing();
    this.router = Routers.planner(routing, catalog, maps::get);
    Runner runner = new Runner(scatterThreads, configuration.scatterTimeout());
    this.settings = configuration.transactions();
    Duration patience = settings.commitTimeout();
    Decisions decisions = new Decisions(nodes::open, settings.keepDecisions(), patience);
    this.endings = new Endings(new Untold(decisions, patience, nodes::wroteAny));
    Recovery recovery = new Recovery(maps, decisions);
    Waits waits = new Waits(maps, nodes, scatterThreads);
    this.deadlocks = new DeadlockWatch(waits, settings.deadlockInterval());
    this.transactions = new ShardTransactions(maps, decisions, recovery, waits, deadlocks);
    this.recoverySchedule = new RecoverySchedule(recovery, settings);
    LastLook lastLook = new LastLook(decisions, patience);
    this.mapChanges =
        new MapChanges(nodes, maps, scatterThreads, routing, lastLook, recoverySchedule);
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
                ProcessNumbers.of(nodes, configuration.ids()),
                endings,
                moments,
                new Marking(deadlocks),
                Hiding.by(router)),
            new CommonPlacement(routing),
            hearing,
            catalog::forget,
            mapKeeper);
    this.startCheck = new StartCheck(this::schemaCheck, configuration.schema(), scatterThreads);
    if (settings.mode() == TransactionMode.TWO_PHASE) {
      recoverySchedule.start();
    }
  }

  /**
   * Opens what a YAML file describes.
   *
   * @throws SQLException if the configuration is wrong, with line and reason
   */
  public static ShardDataSource open(Path file) throws SQLException {
    return Asking.of(() -> of(ConfigurationYaml.read(file)));
  }

  /**
   * Opens what a configuration describes.
   *
   * @param listeners hear of what it does
   * @throws SQLException if the configuration asks for what is not there
   */
  public static ShardDataSource of(Configuration configuration, ShardListener... listeners)
      throws SQLException {
    return of(configuration, List.of(listeners), CommitObserver.NONE);
  }

  static ShardDataSource of(
      Configuration configuration, List<ShardListener> listeners, CommitObserver observer)
      throws SQLException {
    return Asking.of(() -> new ShardDataSource(configuration, listeners, observer));
  }

  /** Describes a DataSource without a file. */
  public static ShardDataSourceBuilder builder() {
    return new ShardDataSourceBuilder();
  }

  /** A connection to all shards. It takes physical ones only as statements need them. */
  @Override
  public Connection getConnection() throws SQLException {
    return openConnection();
  }

  OpenConnection openConnection() throws SQLException {
    requireOpen();
    startCheck.beforeUse();
    return new OpenConnection(environment, reads.ofNewConnection());
  }

  /** What transaction managers have prepared on the shards. */
  XaBranches xaBranches() {
    return new XaBranches(maps, nodes::open, settings, nodes::wroteAny);
  }

  /** Refused: the configuration says who connects to which server. */
  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw SqlErrors.notImplemented("DataSource.getConnection(username, password)");
  }

  /** Connections that a sharding key pins to the shard which owns it. */
  @Override
  public ConnectionBuilder createConnectionBuilder() throws SQLException {
    requireOpen();
    return new PinningConnectionBuilder(this);
  }

  /** Sharding keys: one subkey for each column of the shard key. */
  @Override
  public ShardingKeyBuilder createShardingKeyBuilder() {
    return new KeyBuilder();
  }

  /** Says where statements go; it can be asked without running them. */
  public Router router() {
    return router;
  }

  /** All shards there are now, in the order of the configuration. */
  public List<ShardId> shards() {
    return maps.shards();
  }

  /**
   * The shard that owns a key of a table, without asking it for a row; see {@link Router#owner}.
   *
   * @param table as the configuration declares it: sharded, or living on one shard
   * @param key the values of the key's columns, in declared order; none for a table of one shard
   * @throws SQLException if the table is not declared, is a reference table, or has another key; if
   *     a value cannot be read exactly as its column's type, or the key has several owners
   */
  public ShardId shardOf(String table, @Nullable Object... key) throws SQLException {
    requireOpen();
    return Asking.of(() -> router.home(table, Arrays.asList(key)));
  }

  /** What new connections ask of reads, and tokens of what was written. */
  public ShardReads reads() {
    return reads;
  }

  /** Two-phase transactions: their outcomes, what is in doubt, and recovery. */
  public ShardTransactions transactions() {
    return transactions;
  }

  /**
   * Compares the servers' schemas with the configuration: keys that cannot place rows, constraints
   * and sequences that hold on each shard only, shards and copies that differ. It asks every
   * primary, and reads reference tables as a whole: call it at deployment or in a test rather than
   * on the way of a request.
   *
   * @return what was found, empty where all is well
   * @throws SQLException if a shard cannot be asked
   */
  public List<SchemaFinding> checkSchema() throws SQLException {
    requireOpen();
    return schemaCheck().run();
  }

  private SchemaCheck schemaCheck() {
    return new SchemaCheck(nodes, routing, maps.get(), environment.constraints());
  }

  /** The connections there are now, server by server. */
  public List<NodeUsage> usage() {
    return nodes.pools().stream().map(NodeUsage::of).toList();
  }

  /**
   * How each shard is: its level, and what is known about its servers. Shards with replicas are
   * watched from the first use on, of which this is one.
   *
   * @throws SQLException if the DataSource is closed
   */
  public List<ShardHealth> health() throws SQLException {
    requireOpen();
    return ShardHealth.of(maps.shards(), nodes);
  }

  /**
   * How much of the whole service is left: the worst level of any shard.
   *
   * @throws SQLException if the DataSource is closed
   */
  public DegradationLevel level() throws SQLException {
    return ShardHealth.worst(health());
  }

  /**
   * Lets a listener hear from now on what happens to servers: who becomes the primary, who is down,
   * which level a shard is on. To hear of all, add it before the first statement.
   */
  public void addListener(ReplicationListener listener) {
    nodes.addListener(listener);
  }

  /**
   * Starts to build what promotes a replica of a shard when its primary is gone, for shards that
   * nothing else looks after; empty for a shard without replicas.
   *
   * @throws SQLException if the DataSource is closed
   */
  public Optional<FailoverCommandBuilder> failover(ShardId shard) throws SQLException {
    requireOpen();
    return nodes.replicas(shard).map(FailoverCommand::builder);
  }

  /** How a running DataSource gets another map. */
  MapChanges mapChanges() {
    return mapChanges;
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  private void requireOpen() throws SQLException {
    if (closed) {
      throw SqlErrors.closed("the DataSource");
    }
  }

  /**
   * Closes all connections. Statements that run are cut off; shards that are just being told of a
   * decision are not, for as long as a commit may take. A second call does nothing.
   */
  @Override
  public void close() {
    closed = true;
    endings.awaitAll(settings.commitTimeout());
    recoverySchedule.close();
    moments.close();
    deadlocks.close();
    environment.surroundings().numbers().close();
    scatterThreads.shutdown();
    mapKeeper.close();
    nodes.close();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return logWriter;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    this.logWriter = out;
  }

  /** Refused: {@code pool: connectionTimeout} says how long a caller waits. */
  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw SqlErrors.notImplemented("DataSource.setLoginTimeout");
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw SqlErrors.notSupported("DataSource.getParentLogger");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    Object its = type.isInstance(maps) ? maps : this; // which only the library's modules can name
    if (type.isInstance(its)) {
      return type.cast(its);
    }
    throw SqlErrors.of(ErrorCode.USAGE, "the DataSource is not a " + type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
