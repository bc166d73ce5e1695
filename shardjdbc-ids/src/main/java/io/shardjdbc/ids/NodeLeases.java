package io.shardjdbc.ids;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The table that gives each process a node's number of its own, {@code shardjdbc.id_node}.
 *
 * <p>All processes whose ids must differ use the same table, so it lives in one database: name its
 * primary. The row of a node says who holds it and up to which millisecond its ids may have been
 * made. One UPDATE leases or renews; it moves that bound forward before an id is made below it.
 *
 * <p>Thread-safe. It holds no connection between two questions.
 */
public final class NodeLeases {

  private static final String CLOCK =
      "(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000)::bigint";

  private final LeaseDatabase database;
  private final Duration window;
  private final String clock;

  NodeLeases(LeaseDatabase database, Duration window, String clock) {
    if (window.compareTo(Duration.ofMillis(100)) < 0) {
      throw new IllegalArgumentException("a window of leased time is at least 100 ms");
    }
    this.database = database;
    this.window = window;
    this.clock = clock;
  }

  /** Leases of one minute, renewed after half a minute. */
  public static NodeLeases in(DataSource database) {
    return in(database, Duration.ofMinutes(1));
  }

  /**
   * Leases of another length.
   *
   * @param window how much time one lease is for, at least 100 ms. Ids can be made for half of it
   *     at least while the database is away. A process that is killed leaves its node unused for as
   *     long.
   */
  public static NodeLeases in(DataSource database, Duration window) {
    return new NodeLeases(database::getConnection, window, CLOCK);
  }

  /** Leases of one minute, by whoever connects to the database. */
  public static NodeLeases in(LeaseDatabase database) {
    return new NodeLeases(database, Duration.ofMinutes(1), CLOCK);
  }

  /** Creates the table with its 1,024 rows unless it is there. */
  public void install() throws SQLException {
    try (Connection connection = open();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS shardjdbc");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS shardjdbc.id_node (node int PRIMARY KEY, holder uuid,"
              + " used_below bigint NOT NULL DEFAULT 0)");
      statement.execute(
          "INSERT INTO shardjdbc.id_node (node) SELECT pg_catalog.generate_series(0, "
              + (SnowflakeId.NODES - 1)
              + ") ON CONFLICT DO NOTHING");
    }
  }

  /**
   * Leases a node whose ids all lie in the past, the one that was unused for the longest time.
   *
   * @return null if each node is leased
   */
  @Nullable Window claim(UUID holder, long notBefore) throws SQLException {
    String free =
        "SELECT node, used_below FROM shardjdbc.id_node WHERE used_below <= "
            + clock
            + " ORDER BY used_below, node LIMIT 1 FOR UPDATE SKIP LOCKED";
    String sql =
        "UPDATE shardjdbc.id_node SET holder = ?, used_below = greatest(free.used_below, "
            + clock
            + ", ?) + ? FROM ("
            + free
            + ") free WHERE id_node.node = free.node RETURNING id_node.node,"
            + " id_node.used_below, greatest(free.used_below, "
            + clock
            + ", ?)";
    try (Connection connection = open();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, holder);
      statement.setLong(2, notBefore);
      statement.setLong(3, window.toMillis());
      statement.setLong(4, notBefore);
      return leased(statement);
    }
  }

  /**
   * Leases more time of a node that the holder has.
   *
   * @return null if another one has leased the node since
   */
  @Nullable Window renew(int node, UUID holder, long notBefore) throws SQLException {
    String sql =
        "UPDATE shardjdbc.id_node SET used_below = greatest(used_below, greatest("
            + clock
            + ", ?) + ?) WHERE node = ? AND holder = ? RETURNING node, used_below, greatest("
            + clock
            + ", ?)";
    try (Connection connection = open();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, notBefore);
      statement.setLong(2, window.toMillis());
      statement.setInt(3, node);
      statement.setObject(4, holder);
      statement.setLong(5, notBefore);
      return leased(statement);
    }
  }

  /** Gives a node back whose ids lie below a millisecond. */
  void release(int node, UUID holder, long usedBelow) throws SQLException {
    String sql =
        "UPDATE shardjdbc.id_node SET holder = NULL, used_below = ? WHERE node = ? AND holder = ?";
    try (Connection connection = open();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, usedBelow);
      statement.setInt(2, node);
      statement.setObject(3, holder);
      statement.executeUpdate();
    }
  }

  private @Nullable Window leased(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return null;
      }
      long nanos =
          System.nanoTime(); // after the answer: its clock is behind the server's, not ahead
      long from = row.getLong(3);
      long until = row.getLong(2);
      return new Window(row.getInt(1), until, from, nanos, from + (until - from) / 2);
    }
  }

  private Connection open() throws SQLException {
    Connection connection = database.connect();
    try {
      connection.setAutoCommit(true);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
