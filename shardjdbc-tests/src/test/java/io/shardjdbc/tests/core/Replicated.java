package io.shardjdbc.tests.core;

import io.shardjdbc.NodeUsage;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.ClusterNode;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** DataSources over shards with replicas, and where their statements run. */
final class Replicated {

  static final String NAME = "SELECT name FROM users WHERE user_id = ?";
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private Replicated() {}

  /** All nodes of a cluster, with the sample's tables and small pools. */
  static ShardDataSourceBuilder builder(Cluster cluster, String database) {
    return builder(cluster, node -> node.jdbcUrl(database));
  }

  /** The same as another process has it, whose writes are not own ones: the addresses differ. */
  static ShardDataSourceBuilder ofAnotherProcess(Cluster cluster, String database) {
    return builder(cluster, node -> node.jdbcUrl(database).replace("127.0.0.1", "127.1"));
  }

  private static ShardDataSourceBuilder builder(
      Cluster cluster, Function<ClusterNode, String> url) {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    for (ClusterShard shard : cluster.shards()) {
      List<NodeConfiguration> replicas =
          shard.replicas().stream().map(url).map(NodeConfiguration::of).toList();
      builder.shard(
          new ShardConfiguration(
              new ShardId(shard.name()),
              NodeConfiguration.of(url.apply(shard.primary())),
              replicas));
    }
    return builder
        .pool(Sample.pool(4))
        .tables(
            t ->
                t.sharded("users", "user_id")
                    .sharded("posts", "user_id")
                    .reference("countries")
                    .single("settings", "s0"));
  }

  /** The servers that a query holds connections of while its result is open. */
  @SuppressWarnings("try") // what is open counts, not what is in it
  static List<String> servers(
      ShardDataSource dataSource, Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return lending(dataSource);
      }
    }
  }

  /** The servers of which connections are lent, such as {@code s0.replica-1}. */
  static List<String> lending(ShardDataSource dataSource) {
    return dataSource.usage().stream()
        .filter(node -> node.lent() > 0)
        .map(NodeUsage::node)
        .toList();
  }

  /** Reads with an intent, on a connection of its own. */
  static List<String> rows(
      ShardDataSource dataSource, ReadIntent intent, String sql, @Nullable Object... values)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.unwrap(ShardConnection.class).readIntent(intent);
      return Sample.rows(connection, sql, values);
    }
  }

  /** Waits until an ordinary read of a user is served by a replica. */
  static void awaitReplicas(ShardDataSource dataSource, long user) throws SQLException {
    Deadline.in(PATIENCE)
        .await(
            "a replica serves user " + user,
            () -> {
              try (Connection connection = dataSource.getConnection()) {
                return servers(dataSource, connection, NAME, user).get(0).contains("replica");
              }
            });
  }
}
