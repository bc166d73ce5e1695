package io.shardjdbc.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Plain connections to a database of a cluster, one to each primary, that stay open for a class.
 *
 * <p>So a look at the servers themselves is a question, and no new process of a server each time.
 * They open when they are first used, and again after they were cut. Their transactions are those
 * of one statement; who needs another session than that opens it. Thread-safe.
 *
 * <pre>{@code
 * @RegisterExtension static final PlainConnections plain = PlainConnections.of(cluster);
 * }</pre>
 */
public final class PlainConnections implements AfterAllCallback, AutoCloseable {

  private final Supplier<Cluster> cluster;
  private final Supplier<String> database;
  private final Map<String, Connection> open = new HashMap<>();

  private PlainConnections(Supplier<Cluster> cluster, Supplier<String> database) {
    this.cluster = cluster;
    this.database = database;
  }

  /** To a test class's own database. They close at its end if they are registered with JUnit. */
  public static PlainConnections of(ClusterExtension cluster) {
    return new PlainConnections(cluster::cluster, cluster::database);
  }

  /** To a database of a cluster that a test has started itself. */
  public static PlainConnections of(Cluster cluster, String database) {
    return new PlainConnections(() -> cluster, () -> database);
  }

  /** The shards, in the order of their numbers. */
  public List<String> shards() {
    return cluster.get().shards().stream().map(ClusterShard::name).toList();
  }

  /** That to a shard; it is not for the caller to close. */
  public synchronized Connection to(String shard) throws SQLException {
    Connection connection = open.get(shard);
    if (connection == null || connection.isClosed()) {
      connection = cluster.get().shard(shard).primary().connect(database.get());
      open.put(shard, connection);
    }
    return connection;
  }

  /** Runs statements on a shard, one after the other. */
  public void on(String shard, String... statements) throws SQLException {
    try (Statement statement = to(shard).createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Runs statements on each shard. */
  public void everywhere(String... statements) throws SQLException {
    for (String shard : shards()) {
      on(shard, statements);
    }
  }

  /** The rows that a shard answers, their columns joined by commas. */
  public List<String> rows(String shard, String sql) throws SQLException {
    List<String> all = new ArrayList<>();
    try (Statement statement = to(shard).createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringBuilder row = new StringBuilder(String.valueOf(rows.getString(1)));
        for (int column = 2; column <= columns; column++) {
          row.append(',').append(rows.getString(column));
        }
        all.add(row.toString());
      }
    }
    return all;
  }

  /** The rows of all shards, those of the first shard first. */
  public List<String> rows(String sql) throws SQLException {
    List<String> all = new ArrayList<>();
    for (String shard : shards()) {
      all.addAll(rows(shard, sql));
    }
    return all;
  }

  @Override
  public void afterAll(ExtensionContext context) throws SQLException {
    close();
  }

  @Override
  public synchronized void close() throws SQLException {
    for (Connection connection : open.values()) {
      connection.close();
    }
    open.clear();
  }
}
