package io.shardjdbc.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.driver.DriverEntry;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.observe.Server;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pooled connections to one node.
 *
 * <p>It opens nothing before it is first used, and an unreachable node does not keep it from
 * starting. Thread-safe.
 */
public final class NodePool implements AutoCloseable {

  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(250);
  private static final int TRIES_IN_A_TIMEOUT = 4;

  private final NodeAddress address;
  private final Server server;
  private final PoolConfiguration settings;
  private final @Nullable Object metrics;
  private final Greetings greetings;
  private final Outage outage;
  private final Set<PhysicalConnection> open = ConcurrentHashMap.newKeySet();
  private final QuestionLink questions = new QuestionLink(this);
  private final QuestionLink numbers = new QuestionLink(this);
  private volatile @Nullable HikariDataSource started;
  private volatile boolean retired;
  private boolean closed;
  private final Set<Connection> kept = new HashSet<>(); // guarded by this

  /** Something to ask a server. */
  @FunctionalInterface
  public interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  /**
   * @param metrics a registry that HikariCP knows; null for none
   * @param greetings what is said on each connection first
   */
  public NodePool(
      NodeAddress address,
      PoolConfiguration settings,
      @Nullable Object metrics,
      Greetings greetings) {
    this.metrics = metrics;
    this.greetings = greetings;
    this.address = address;
    this.server = address.server();
    this.settings = settings;
    this.outage = new Outage(settings.connectionTimeout().dividedBy(TRIES_IN_A_TIMEOUT));
    DriverEntry.begin();
  }

  /** Where its node is, as others of the process may know it too. */
  String place() {
    return address.place();
  }

  /** The shard whose node this is. */
  public ShardId shard() {
    return address.shard();
  }

  /** The node's name for people. */
  public String name() {
    return address.name();
  }

  /** The server as listeners see it. */
  public Server server() {
    return server;
  }

  /** How many connections it has at most. */
  public int maximumSize() {
    return settings.maximumSize();
  }

  /**
   * Lends a connection, after waiting for at most the connection time-out.
   *
   * @throws SQLException naming the shard, if there is none in time or the node cannot be reached
   */
  PhysicalConnection borrow() throws SQLException {
    SQLException known = outage.holds();
    if (known != null) {
      throw SqlErrors.unavailable(address.shard(), known);
    }
    try {
      Connection proxy = pool().getConnection();
      PhysicalConnection connection = proxy.unwrap(PhysicalConnection.class);
      connection.lentAs(proxy);
      outage.end();
      return connection;
    } catch (SQLException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt(); // of the caller's own, and no news of the node
        throw SqlErrors.of(e, ErrorCode.INTERRUPTED, address.shard());
      }
      if (isExhausted(e)) {
        String patience = settings.connectionTimeout().toMillis() + " ms";
        throw SqlErrors.of(e, ErrorCode.POOL_EXHAUSTED, address.name(), maximumSize(), patience);
      }
      if (openConnections() == 0) {
        outage.begin(e, System.nanoTime());
      }
      throw SqlErrors.unavailable(address.shard(), e);
    }
  }

  /** Whether others have all connections, and none could not be opened. */
  private boolean isExhausted(SQLException e) {
    return lentConnections() >= maximumSize()
        || (e.getCause() == null && openConnections() >= maximumSize());
  }

  /**
   * Takes back a connection in order: no open statements, no transaction.
   *
   * @return false if it was back already
   */
  boolean giveBack(PhysicalConnection connection, @Nullable Connection lease) {
    Connection proxy = connection.takeLease(lease);
    if (proxy == null) {
      return false;
    }
    try {
      proxy.close();
    } catch (SQLException e) {
      evict(proxy);
    }
    closeIfRetired();
    return true;
  }

  /**
   * Takes back a connection that must not be lent again.
   *
   * @return false if it was back already
   */
  boolean discard(PhysicalConnection connection, @Nullable Connection lease) {
    Connection proxy = connection.takeLease(lease);
    if (proxy == null) {
      return false;
    }
    evict(proxy);
    closeIfRetired();
    return true;
  }

  /** Closes when nobody has a connection any more; whoever has one may end what it runs. */
  void retire() {
    retired = true;
    closeIfRetired();
  }

  private void closeIfRetired() {
    if (retired && lentConnections() == 0) {
      close();
    }
  }

  /**
   * Asks the node something short, on a connection beside the pool that is kept for such questions:
   * a caller that holds the pool's last connection can ask them too. One question at a time.
   */
  public <T> T ask(Question<T> question) throws SQLException {
    return questions.ask(question);
  }

  /**
   * Asks the node for numbers of sequences, on a connection beside the pool that is kept for them:
   * so a sequence that somebody has locked keeps nobody from asking other things.
   */
  public <T> T count(Question<T> question) throws SQLException {
    return numbers.ask(question);
  }

  /** Whether a thread waits for what it has asked the node. */
  public boolean isAskedBy(Thread thread) {
    return questions.isAskedBy(thread) || numbers.isAskedBy(thread);
  }

  /** Opens a connection beside the pool, for the library's own work. The caller closes it. */
  public Connection open() throws SQLException {
    SQLException known = outage.holds();
    if (known != null) {
      throw SqlErrors.unavailable(address.shard(), known);
    }
    try {
      return new DriverSource(address, settings.connectionTimeout(), open, greetings)
          .getConnection();
    } catch (SQLException e) {
      throw Thread.currentThread().isInterrupted() // which is no news of the node
          ? SqlErrors.of(e, ErrorCode.INTERRUPTED, address.shard())
          : SqlErrors.unavailable(address.shard(), e);
    }
  }

  /**
   * The same, for somebody who keeps it for longer than a piece of work. It ends with this pool,
   * whoever forgets it: a session that outlived its DataSource would say that its process is there,
   * and who waits for that process would wait for ever.
   */
  public Connection openKept() throws SQLException {
    requireOpen();
    Connection fresh = open();
    synchronized (this) {
      if (!closed) {
        kept.removeIf(NodePool::isClosed);
        kept.add(fresh);
        return fresh;
      }
    }
    fresh.close();
    throw ended();
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  private synchronized void requireOpen() throws SQLException {
    if (closed) {
      throw ended();
    }
  }

  private SQLException ended() {
    return retired
        ? SqlErrors.of(ErrorCode.SHARD_LEFT, address.shard())
        : SqlErrors.closed("the DataSource");
  }

  /**
   * Cuts all connections, whatever runs on them, without a word to the server: it would not answer,
   * or must not be told anything any more. The pool goes on with new ones. Each is cut in a thread
   * of its own, because one that is being written to may take its time to close, and the others
   * must not wait for it.
   */
  void cut() {
    HikariPoolMXBean pool = bean();
    if (pool != null) {
      pool.softEvictConnections(); // first, so that it lends none of those that are about to end
    }
    for (PhysicalConnection connection : open) {
      Thread cutting = new Thread(() -> abort(connection), "shardjdbc-cut");
      cutting.setDaemon(true);
      cutting.start();
    }
  }

  private static void abort(PhysicalConnection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is closed already, then.
    }
  }

  /** Notes that the node's database has come to keep a map of the shards. */
  public void mapIsThere() throws SQLException {
    greetings.now().mapIsThere();
  }

  /** Opens the pool's connections anew: those that are lent when they come back. */
  public void renew() {
    HikariPoolMXBean pool = bean();
    if (pool != null) {
      pool.softEvictConnections();
    }
    questions.renew();
    numbers.renew();
  }

  /** How many connections are lent now. */
  public int lentConnections() {
    HikariPoolMXBean pool = bean();
    return pool == null ? 0 : pool.getActiveConnections();
  }

  /** How many connections are open now, lent or idle. */
  public int openConnections() {
    HikariPoolMXBean pool = bean();
    return pool == null ? 0 : pool.getTotalConnections();
  }

  /** Closes all connections and lends none any more. */
  @Override
  public void close() {
    HikariDataSource running;
    boolean first;
    List<Connection> left;
    synchronized (this) {
      first = !closed;
      closed = true;
      running = started;
      left = List.copyOf(kept);
      kept.clear();
    }
    left.forEach(NodePool::cut);
    questions.close();
    numbers.close();
    if (running != null) {
      running.close();
    }
    if (first) {
      DriverEntry.end();
    }
  }

  private static void cut(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is gone either way.
    }
  }

  private void evict(Connection proxy) {
    HikariDataSource pool = started;
    if (pool != null) {
      pool.evictConnection(proxy);
    }
  }

  private @Nullable HikariPoolMXBean bean() {
    HikariDataSource pool = started;
    return pool == null ? null : pool.getHikariPoolMXBean();
  }

  private HikariDataSource pool() throws SQLException {
    HikariDataSource pool = started;
    return pool != null ? pool : start();
  }

  private synchronized HikariDataSource start() throws SQLException {
    requireOpen();
    HikariDataSource pool = started;
    if (pool == null) {
      pool = new HikariDataSource(configuration());
      started = pool;
    }
    return pool;
  }

  private HikariConfig configuration() {
    Duration timeout = atLeast(SHORTEST_TIMEOUT, settings.connectionTimeout());
    HikariConfig config = new HikariConfig();
    config.setDataSource(new DriverSource(address, timeout, open, greetings));
    config.setPoolName("shardjdbc-" + address.name());
    config.setMaximumPoolSize(settings.maximumSize());
    config.setMinimumIdle(Math.min(settings.minimumIdle(), settings.maximumSize()));
    config.setConnectionTimeout(timeout.toMillis());
    config.setValidationTimeout(
        atLeast(SHORTEST_TIMEOUT, timeout.dividedBy(TRIES_IN_A_TIMEOUT)).toMillis());
    config.setIdleTimeout(settings.idleTimeout().toMillis());
    config.setMaxLifetime(settings.maxLifetime().toMillis());
    config.setLeakDetectionThreshold(settings.leakDetection().toMillis());
    if (metrics != null) {
      config.setMetricRegistry(metrics);
    }
    config.setInitializationFailTimeout(-1); // an unreachable node must not fail the start
    return config;
  }

  private static Duration atLeast(Duration least, Duration wanted) {
    return wanted.compareTo(least) < 0 ? least : wanted;
  }

  @Override
  public String toString() {
    return address.name();
  }
}
