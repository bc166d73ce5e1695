package io.shardjdbc.examples.instagram;

import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The servers of the demo: four shards with replicas behind one DataSource, and one more PostgreSQL
 * that holds everything, to compare with.
 */
final class Deployment implements AutoCloseable {

  private static final String DATABASE = "instagram";

  /** The driver then sends a batch of rows as few statements of many rows. */
  private static final String BATCHES = "reWriteBatchedInserts=true";

  private static final String TABLES =
      """
      tables:
        users:     {key: user_id}
        posts:     {key: user_id}
        follows:   {key: follower_id}
        likes:     {key: post_id}
        comments:  {key: post_id}
        countries: {reference: true}      # a full copy on every shard
      """;

  private final PostgresCluster cluster;
  private final PostgresCluster alone;
  private final String configuration;
  private final ShardDataSource sharded;
  private final HikariDataSource single;

  private Deployment(PostgresCluster cluster, PostgresCluster alone)
      throws SQLException, IOException {
    this.cluster = cluster;
    this.alone = alone;
    cluster.createDatabase(DATABASE);
    alone.createDatabase(DATABASE);
    this.configuration = cluster.shardsYaml(DATABASE).replace("'}", "&" + BATCHES + "'}") + TABLES;
    this.single = new HikariDataSource();
    single.setJdbcUrl(alone.shards().get(0).primary().jdbcUrl(DATABASE) + "&" + BATCHES);
    this.sharded = open(configuration);
  }

  static Deployment start(int replicas) throws SQLException, IOException {
    return new Deployment(
        PostgresCluster.builder().shards(4).replicasPerShard(replicas).start(),
        PostgresCluster.builder().start());
  }

  private static ShardDataSource open(String configuration) throws SQLException, IOException {
    Path file = Files.createTempFile("shardjdbc", ".yaml");
    try {
      Files.writeString(file, configuration);
      return ShardDataSource.open(file);
    } finally {
      Files.delete(file);
    }
  }

  /** The configuration file. */
  String configuration() {
    return configuration;
  }

  /** All shards as one database. */
  ShardDataSource sharded() {
    return sharded;
  }

  /** One PostgreSQL that holds everything, without the library. */
  HikariDataSource single() {
    return single;
  }

  List<ClusterShard> shards() {
    return cluster.shards();
  }

  /** A shard's primary, without the library. */
  Connection direct(ClusterShard shard) throws SQLException {
    return shard.primary().connect(DATABASE);
  }

  @Override
  public void close() {
    sharded.close();
    single.close();
    alone.close();
    cluster.close();
  }
}
