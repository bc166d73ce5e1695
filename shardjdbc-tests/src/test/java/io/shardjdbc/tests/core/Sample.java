package io.shardjdbc.tests.core;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.PoolConfiguration;
import io.shardjdbc.testkit.ClusterExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Three shards with users and their posts, a reference table, and a table on one shard. */
final class Sample {

  static final int USERS = 60;

  private static final AtomicInteger ALONE = new AtomicInteger();

  private Sample() {}

  /** A DataSource of the class's database with small pools. */
  static ShardDataSourceBuilder builder(ClusterExtension cluster) {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    return builder
        .pool(pool(4))
        .tables(
            t ->
                t.sharded("users", "user_id")
                    .sharded("posts", "user_id")
                    .reference("countries")
                    .single("settings", "s0"));
  }

  /** The URL of a new database of the first shard's server, to which that one is alone. */
  static String alone(ClusterExtension cluster) throws SQLException {
    String name = "alone_" + ALONE.incrementAndGet(); // classes share clusters
    try (Connection server = cluster.connect("s0");
        Statement statement = server.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return cluster.primaryUrls().get("s0").replaceFirst("/[^/?]+([?].*)?$", "/" + name + "$1");
  }

  static PoolConfiguration pool(int size) {
    return new PoolConfiguration(
        size, 1, Duration.ofSeconds(3), Duration.ofMinutes(1), Duration.ofMinutes(5));
  }

  /** Creates the tables, through the DataSource. */
  static void createTables(ShardDataSource dataSource) throws SQLException {
    execute(
        dataSource,
        """
        CREATE TABLE users (
          user_id bigint PRIMARY KEY, name text NOT NULL, age int, joined timestamptz)
        """);
    execute(
        dataSource,
        """
        CREATE TABLE posts (
          user_id bigint, post_id uuid DEFAULT gen_random_uuid(), title text, score numeric,
          written timestamptz DEFAULT now(), PRIMARY KEY (user_id, post_id))
        """);
    execute(dataSource, "CREATE TABLE countries (code text PRIMARY KEY, name text)");
    execute(dataSource, "CREATE TABLE settings (name text PRIMARY KEY, value text)");
  }

  /** Users 1 to {@link #USERS}, of age user % 7, each with one post. */
  static void insertUsers(ShardDataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement users =
            connection.prepareStatement(
                "INSERT INTO users (user_id, name, age, joined) VALUES (?, ?, ?, ?::timestamptz)");
        PreparedStatement posts =
            connection.prepareStatement(
                "INSERT INTO posts (user_id, title, score) VALUES (?, ?, ?)")) {
      for (long id = 1; id <= USERS; id++) {
        users.setLong(1, id);
        users.setString(2, "user" + id);
        users.setInt(3, (int) (id % 7));
        users.setString(4, "2026-01-01 00:00:00+00");
        users.addBatch();
        posts.setLong(1, id);
        posts.setString(2, "post of " + id);
        posts.setBigDecimal(3, java.math.BigDecimal.valueOf(id, 2));
        posts.addBatch();
      }
      users.executeBatch();
      posts.executeBatch();
    }
  }

  static void execute(ShardDataSource dataSource, String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows of a query, columns joined by commas. */
  static List<String> rows(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows(rows);
      }
    }
  }

  static List<String> rows(ResultSet rows) throws SQLException {
    List<String> all = new ArrayList<>();
    int columns = rows.getMetaData().getColumnCount();
    while (rows.next()) {
      StringBuilder row = new StringBuilder(String.valueOf(rows.getString(1)));
      for (int column = 2; column <= columns; column++) {
        row.append(',').append(rows.getString(column));
      }
      all.add(row.toString());
    }
    return all;
  }

  static List<String> rows(ShardDataSource dataSource, String sql, @Nullable Object... values)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return rows(connection, sql, values);
    }
  }

  static int update(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  /** A user on that shard. */
  static long userOn(ShardDataSource dataSource, String shard) {
    for (long id = 1; id <= USERS; id++) {
      String owner =
          dataSource
              .router()
              .shards("SELECT * FROM users WHERE user_id = ?", List.of(id))
              .get(0)
              .name();
      if (owner.equals(shard)) {
        return id;
      }
    }
    throw new IllegalStateException("no user lives on " + shard);
  }

  /** How many connections are in use, over all servers. */
  static int lent(ShardDataSource dataSource) {
    return dataSource.usage().stream().mapToInt(NodeUsage::lent).sum();
  }
}
