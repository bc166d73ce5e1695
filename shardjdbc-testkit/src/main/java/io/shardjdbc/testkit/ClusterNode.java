package io.shardjdbc.testkit;

import io.shardjdbc.testkit.server.Endpoint;
import io.shardjdbc.testkit.server.Machine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * One server of a cluster, with the levers that tests pull.
 *
 * <p>Every lever returns when it has taken effect. Where a server does not do as it is told within
 * a minute, it throws an {@link IllegalStateException}; where the server answers with an error, an
 * {@link SQLException}. Thread-safe, but for levers that contradict each other.
 */
public final class ClusterNode {

  private static final String USER = "postgres";
  private static final String MAINTENANCE_DATABASE = "postgres";

  private final Machine machine;
  private final NodeProcess process;
  private final NodeReplay replay;
  private volatile @Nullable ClusterShard shard;

  ClusterNode(Machine machine) {
    this.machine = machine;
    this.process = new NodeProcess(machine);
    this.replay = new NodeReplay(this);
  }

  void joined(ClusterShard shard) {
    this.shard = shard;
  }

  /** The node's name in its cluster, such as {@code s0-1}; it says nothing of the node's role. */
  public String name() {
    return machine.name();
  }

  /** The shard to which the node belongs. */
  public ClusterShard shard() {
    return Objects.requireNonNull(shard);
  }

  /** The address at which the server listens. */
  public String host() {
    return machine.endpoint().host();
  }

  /** The port at which the server listens; it stays the same over restarts. */
  public int port() {
    return machine.endpoint().port();
  }

  /** The superuser as whom {@link #jdbcUrl} connects; it has no password. */
  public String username() {
    return USER;
  }

  /** The JDBC URL of a database on this server. */
  public String jdbcUrl(String database) {
    return jdbcUrl(host(), port(), database);
  }

  /** The JDBC URL of a database on this server, through a proxy in front of it. */
  public String jdbcUrl(String database, TcpProxy proxy) {
    return jdbcUrl(proxy.host(), proxy.port(), database);
  }

  private static String jdbcUrl(String host, int port, String database) {
    return "jdbc:postgresql://%s:%d/%s?user=%s"
        .formatted(host, port, URLEncoder.encode(database, StandardCharsets.UTF_8), USER);
  }

  /** Opens a plain JDBC connection to the database {@code postgres} of this server. */
  public Connection connect() throws SQLException {
    return connect(MAINTENANCE_DATABASE);
  }

  /** Opens a plain JDBC connection to a database of this server. */
  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), new Properties());
  }

  /** Whether the server's process lives, frozen or not. */
  public boolean isRunning() {
    return machine.running();
  }

  /**
   * Whether the server takes part as a standby now, by its own word.
   *
   * @throws SQLException if it does not answer
   */
  public boolean isStandby() throws SQLException {
    try (Connection connection = connectSoon()) {
      return Sql.isTrue(connection, "pg_is_in_recovery()");
    }
  }

  /** Opens a new proxy in front of this node; the caller closes it. */
  public TcpProxy proxy() {
    return TcpProxy.to(host(), port());
  }

  /**
   * Starts the server of a stopped or killed node, and returns when it answers.
   *
   * @throws IllegalStateException if it is running, or does not start
   */
  public void start() {
    process.start();
  }

  /** Stops the server and returns when it has ended. */
  public void stop(Shutdown how) {
    process.stop(how);
  }

  /** Stops the server in order and starts it again. */
  public void restart() {
    process.stop(Shutdown.FAST);
    process.start();
  }

  /** Kills all processes of the server with SIGKILL. */
  public void kill() {
    process.kill();
  }

  /**
   * Freezes all processes of the server with SIGSTOP: connections stay open, and new ones are even
   * accepted by the operating system, but nothing answers until {@link #thaw()}.
   */
  public void freeze() {
    process.freeze();
  }

  /** Wakes a frozen server with SIGCONT. */
  public void thaw() {
    process.thaw();
  }

  /** Stops a standby's replay of what it goes on to receive; returns when replay stands still. */
  public void pauseReplay() throws SQLException {
    replay.pause();
  }

  /** Lets replay go on. */
  public void resumeReplay() throws SQLException {
    replay.resume();
  }

  /**
   * Delays a standby's replay of each commit until so long after the commit, by the servers'
   * clocks. Zero ends the delay.
   */
  public void delayReplay(Duration delay) throws SQLException {
    replay.delay(delay);
  }

  /**
   * Changes a setting as ALTER SYSTEM does and reloads the configuration. A setting that needs it
   * takes effect at the next {@link #restart()}.
   */
  public void set(String name, String value) throws SQLException {
    try (Connection connection = connectSoon()) {
      Sql.alterSystem(connection, name, value);
    }
  }

  /**
   * Makes a standby a primary, and returns when it takes writes. From then on it is its shard's
   * {@link ClusterShard#primary()}; what becomes of the old one and of the other replicas is up to
   * the caller.
   */
  public void promote() throws SQLException {
    try (Connection connection = connectSoon()) {
      // Not by waiting in the statement: what is left to be replayed may conflict with its
      // snapshot.
      Sql.value(connection, "SELECT pg_promote(false)");
      Deadline.in(ClusterShard.PATIENCE)
          .await(name() + " is promoted", () -> isPrimary(connection));
    }
    shard().promoted(this);
  }

  private static boolean isPrimary(Connection connection) throws SQLException {
    try {
      return !Sql.isTrue(connection, "pg_is_in_recovery()");
    } catch (SQLException e) {
      if ("40001".equals(e.getSQLState())) {
        return false; // cancelled by replay, so there is still replay
      }
      throw e;
    }
  }

  /**
   * Makes this node a standby of another primary. A running standby only turns to it; a node that
   * is stopped, or was a primary, is started as a standby. One whose log has gone another way than
   * the primary's cannot follow it: it answers, but never catches up (see {@link #rebuildFrom}).
   */
  public void follow(ClusterNode primary) throws SQLException {
    Endpoint target = primary.machine.peerEndpoint();
    if (isRunning() && isStandby()) {
      set("primary_conninfo", machine.primaryConnectionString(target));
      return;
    }
    if (isRunning()) {
      stop(Shutdown.FAST);
    }
    process.change(() -> machine.becomeStandby(target));
    start();
  }

  /**
   * Replaces this node's data by a fresh copy of a running primary's, and starts it as a standby.
   */
  public void rebuildFrom(ClusterNode primary) throws SQLException {
    if (isRunning()) {
      stop(Shutdown.IMMEDIATE);
    }
    process.change(
        () -> {
          machine.copyFrom(primary.machine);
          machine.becomeStandby(primary.machine.peerEndpoint());
        });
    start();
  }

  /** The last lines of the server's log. */
  public List<String> log() {
    return machine.log();
  }

  /** Opens a connection that gives up on a server that does not answer. */
  Connection connectSoon() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "10");
    properties.setProperty("socketTimeout", "90");
    return DriverManager.getConnection(jdbcUrl(MAINTENANCE_DATABASE), properties);
  }

  void release() {
    process.release();
  }

  NodeReplay replay() {
    return replay;
  }

  @Override
  public String toString() {
    return name() + "@" + host() + ":" + port();
  }
}
