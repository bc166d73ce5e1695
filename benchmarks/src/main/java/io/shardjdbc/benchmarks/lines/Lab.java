package io.shardjdbc.benchmarks.lines;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Servers of four shards, our DataSource over them, and a pool of each beside it. */
public final class Lab implements AutoCloseable {

  static final int SHARDS = 4;
  static final int KEYS = 40_000;
  static final int CONNECTIONS = 8;

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE users (user_id bigint PRIMARY KEY, name text, team int, points bigint)",
          "CREATE TABLE events (user_id bigint, seq bigint, payload text,"
              + " PRIMARY KEY (user_id, seq))");

  private final PostgresCluster cluster;
  private final Duration budget;
  private final List<HikariDataSource> raw = new ArrayList<>();
  private final ShardDataSource ours;
  private final int[] owners = new int[KEYS];

  private Lab(PostgresCluster cluster, Duration budget) throws SQLException {
    this.cluster = cluster;
    this.budget = budget;
    for (int shard = 0; shard < SHARDS; shard++) {
      HikariDataSource pool = pool(url(shard));
      raw.add(pool);
      for (String table : TABLES) {
        execute(pool, table);
      }
    }
    ours = describe("").build();
    for (int key = 0; key < KEYS; key++) {
      String shard = ours.shardOf("users", (long) key).name();
      owners[key] = Integer.parseInt(shard.substring(1));
    }
    fill();
  }

  /**
   * Starts it.
   *
   * @param budget how long a contest lasts
   */
  public static Lab start(Duration budget) throws SQLException {
    PostgresCluster cluster =
        PostgresCluster.builder()
            .shards(SHARDS)
            .setting("max_prepared_transactions", "20")
            .setting("max_connections", "400")
            .setting("fsync", "off")
            .start();
    try {
      return new Lab(cluster, budget);
    } catch (SQLException | RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void fill() throws SQLException {
    for (int shard = 0; shard < SHARDS; shard++) {
      List<String> keys = new ArrayList<>();
      for (int key = 0; key < KEYS; key++) {
        if (owners[key] == shard) {
          keys.add(Integer.toString(key));
        }
      }
      execute(
          raw.get(shard),
          "INSERT INTO users SELECT k, 'user' || k, k % 100, k * 7919 % 100003"
              + " FROM unnest('{"
              + String.join(",", keys)
              + "}'::bigint[]) k");
      execute(raw.get(shard), "VACUUM ANALYZE users");
    }
  }

  static void execute(HikariDataSource pool, String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  Duration budget() {
    return budget;
  }

  ShardDataSource ours() {
    return ours;
  }

  /** Which shard has a key's rows. */
  int owner(long key) {
    return owners[(int) key];
  }

  /** The pool of one shard. */
  HikariDataSource raw(int shard) {
    return raw.get(shard);
  }

  String url(int shard) {
    return url(shard, "postgres");
  }

  String url(int shard, String database) {
    return cluster.shard("s" + shard).primary().jdbcUrl(database);
  }

  /** A DataSource over the same servers. */
  ShardDataSourceBuilder describe(String parameters) {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (int shard = 0; shard < SHARDS; shard++) {
      builder.shard("s" + shard, with(url(shard), parameters));
    }
    return builder
        .transactions(TransactionMode.TWO_PHASE)
        .tables(
            t ->
                t.sharded("users", "user_id")
                    .sharded("events", "user_id")
                    .sharded("readings", "user_id"));
  }

  static String with(String url, String parameters) {
    if (parameters.isEmpty()) {
      return url;
    }
    return url + (url.contains("?") ? "&" : "?") + parameters;
  }

  /** A pool as an application would have it. */
  static HikariDataSource pool(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(CONNECTIONS);
    return new HikariDataSource(config);
  }

  @Override
  public void close() {
    ours.close();
    raw.forEach(HikariDataSource::close);
    cluster.close();
  }
}
