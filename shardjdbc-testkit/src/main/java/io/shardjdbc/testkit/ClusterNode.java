package io.shardjdbc.testkit;

import io.shardjdbc.testkit.server.Machine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** One server of a cluster, with the levers that tests pull. */
public final class ClusterNode {

  private static final String USER = "postgres";
  private static final String MAINTENANCE_DATABASE = "postgres";

  private final Machine machine;
  private volatile @Nullable ClusterShard shard;

  ClusterNode(Machine machine) {
    this.machine = machine;
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

  void awaitReplayed(String position, Deadline deadline) throws SQLException {
    try (Connection connection = connect()) {
      deadline.await(
          name() + " has replayed " + position,
          () ->
              Sql.value(
                      connection,
                      "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= "
                          + Sql.literal(position))
                  .equals("t"));
    }
  }

  @Override
  public String toString() {
    return name() + "@" + host() + ":" + port();
  }
}
