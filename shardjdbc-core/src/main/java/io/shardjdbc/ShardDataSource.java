package io.shardjdbc;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.jdbc.Environment;
import io.shardjdbc.jdbc.KeyBuilder;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.ReplicationListener;
import io.shardjdbc.replication.failover.FailoverCommand;
import io.shardjdbc.replication.failover.FailoverCommandBuilder;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.transaction.CommitObserver;
import io.shardjdbc.xa.XaBranches;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKeyBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
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

  private static final String NAME = "the DataSource";

  /** What it does now. */
  private enum State {
    RUNNING,
    SUSPENDED,
    CLOSED
  }

  private final Supplier<Engine> engines;
  private final List<ReplicationListener> added = new CopyOnWriteArrayList<>();
  private final ShardReads reads = new ShardReads(this::engine);
  private final ShardTransactions transactions = new ShardTransactions(this::engine);
  private final ShardIds ids = new ShardIds(this::running);
  private volatile Engine engine;
  private volatile State state = State.RUNNING;
  private volatile @Nullable PrintWriter logWriter;

  private ShardDataSource(
      Configuration configuration, List<ShardListener> listeners, CommitObserver observer) {
    this.engines = () -> new Engine(configuration, listeners, observer);
    this.engine = engines.get();
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
    return Asking.of(
        () -> {
          ShardDataSource opened = new ShardDataSource(configuration, listeners, observer);
          if (configuration.pool().failFast()) {
            opened.requireShards();
          }
          return opened;
        });
  }

  private void requireShards() throws SQLException {
    try {
      engine.requireShards();
    } catch (SQLException | RuntimeException e) {
      close();
      throw e;
    }
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
    return openConnection(UnaryOperator.identity());
  }

  /**
   * A connection of whose statements no listener hears: for what watches the DataSource itself,
   * such as a health check or a metric, and is not to be found in what it watches.
   */
  public Connection openUnheard() throws SQLException {
    return openConnection(Environment::unheard);
  }

  private OpenConnection openConnection(UnaryOperator<Environment> with) throws SQLException {
    Engine now = running();
    now.startCheck().beforeUse();
    return new OpenConnection(with.apply(now.environment()), reads.ofNewConnection(), ids);
  }

  /** What transaction managers have prepared on the shards. */
  XaBranches xaBranches() {
    return engine.xaBranches();
  }

  /** Refused: the configuration says who connects to which server. */
  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw SqlErrors.notImplemented("DataSource.getConnection(username, password)");
  }

  /** Connections that a sharding key pins to the shard which owns it. */
  @Override
  public ConnectionBuilder createConnectionBuilder() throws SQLException {
    running();
    return new PinningConnectionBuilder(this);
  }

  /** Sharding keys: one subkey for each column of the shard key. */
  @Override
  public ShardingKeyBuilder createShardingKeyBuilder() {
    return new KeyBuilder();
  }

  /** Says where statements go; it can be asked without running them. */
  public Router router() {
    return engine.router();
  }

  /** All shards there are now, in the order of the configuration. */
  public List<ShardId> shards() {
    return engine.maps().shards();
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
    Engine now = running();
    return Asking.of(() -> now.router().home(table, Arrays.asList(key)));
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
    return running().schemaCheck().run();
  }

  /** The connections there are now, server by server. */
  public List<NodeUsage> usage() {
    return engine.nodes().pools().stream().map(NodeUsage::of).toList();
  }

  /**
   * How each shard is: its level, and what is known about its servers. Shards with replicas are
   * watched from the first use on, of which this is one.
   *
   * @throws SQLException if the DataSource is closed
   */
  public List<ShardHealth> health() throws SQLException {
    Engine now = running();
    return ShardHealth.of(now.maps().shards(), now.nodes());
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
   * The moves of rows between shards that have not ended, in the order of their numbers. It asks
   * every primary; where its user may not read {@code shardjdbc.move}, he sees none.
   *
   * @throws SQLException if a shard cannot be asked
   */
  public List<ShardMove> moves() throws SQLException {
    Engine now = running();
    return ShardMove.all(now.maps().shards(), now.nodes());
  }

  /**
   * Lets a listener hear from now on what happens to servers: who becomes the primary, who is down,
   * which level a shard is on. To hear of all, add it before the first statement.
   */
  public void addListener(ReplicationListener listener) {
    added.add(listener);
    engine.nodes().addListener(listener);
  }

  /**
   * Starts to build what promotes a replica of a shard when its primary is gone, for shards that
   * nothing else looks after; empty for a shard without replicas.
   *
   * @throws SQLException if the DataSource is closed
   */
  public Optional<FailoverCommandBuilder> failover(ShardId shard) throws SQLException {
    return running().nodes().replicas(shard).map(FailoverCommand::builder);
  }

  /** How a running DataSource gets another map. */
  MapChanges mapChanges() {
    return engine.mapChanges();
  }

  /** Snowflake ids, whose node is leased where most sequences count; see {@link ShardIds}. */
  public ShardIds ids() {
    return ids;
  }

  /**
   * Lets go of everything outside of this process: closes all connections, ends all threads, gives
   * leases back. For what is about to stop for a while, as an application before a checkpoint of
   * its process. Whatever uses the DataSource is refused until {@link #resume()}. Statements that
   * run are cut off, as by {@link #close()}; connections from before stay closed. A second call
   * does nothing.
   *
   * @throws SQLException if the DataSource is closed
   */
  public synchronized void suspend() throws SQLException {
    if (state == State.CLOSED) {
      throw SqlErrors.closed(NAME);
    }
    if (state == State.RUNNING) {
      state = State.SUSPENDED;
      engine.close();
    }
  }

  /**
   * Opens again what was suspended. It knows nothing of the servers then, as a DataSource that is
   * opened; that this process has written, its reads still see. Does nothing where nothing was
   * suspended.
   *
   * @throws SQLException if the DataSource is closed
   */
  public synchronized void resume() throws SQLException {
    if (state == State.CLOSED) {
      throw SqlErrors.closed(NAME);
    }
    if (state == State.SUSPENDED) {
      Engine next = Asking.of(engines::get);
      added.forEach(next.nodes()::addListener);
      engine = next;
      state = State.RUNNING;
    }
  }

  /** Whether it was suspended and not resumed yet. */
  public boolean isSuspended() {
    return state == State.SUSPENDED;
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return state == State.CLOSED;
  }

  private Engine engine() {
    return engine;
  }

  private Engine running() throws SQLException {
    Engine now = engine; // first: who then finds it running has one that runs, or ran a moment ago
    return switch (state) {
      case RUNNING -> now;
      case SUSPENDED -> throw SqlErrors.of(ErrorCode.SUSPENDED);
      case CLOSED -> throw SqlErrors.closed(NAME);
    };
  }

  /**
   * Closes all connections. Statements that run are cut off; shards that are just being told of a
   * decision are not, for as long as a commit may take. A second call does nothing.
   */
  @Override
  public void close() {
    Engine last;
    synchronized (this) {
      state = State.CLOSED;
      last = engine;
    }
    last.close();
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
    CurrentMap maps = engine.maps();
    Object its = // which only the library's modules can name
        type.isInstance(maps) ? maps : type == Planner.class ? engine.router() : this;
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
