package io.shardjdbc.examples.reshard;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.ConfigurationYaml;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument.Reach;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Five servers, of which the application's configuration has four. */
final class Fleet implements AutoCloseable {
  static final ShardId NEW = new ShardId("s4");

  private static final String DATABASE = "instagram";
  private static final String TABLES =
      """
      tables:
        users:     {key: user_id}
        posts:     {key: user_id}
        follows:   {key: follower_id}
        likes:     {key: post_id}
        comments:  {key: post_id}
        countries: {reference: true}
      """;

  private final PostgresCluster cluster;
  private final Configuration configuration;
  private final ShardDataSource application;

  private Fleet(PostgresCluster cluster) throws SQLException, IOException {
    this.cluster = cluster;
    cluster.createDatabase(DATABASE);
    String all = cluster.shardsYaml(DATABASE);
    String four = all.substring(0, all.indexOf("  " + NEW + ":")) + TABLES;
    Path file = Files.createTempFile("shardjdbc", ".yaml");
    try {
      Files.writeString(file, four);
      this.configuration = ConfigurationYaml.read(file);
      this.application = ShardDataSource.open(file);
    } finally {
      Files.delete(file);
    }
  }

  static Fleet start() throws SQLException, IOException {
    return new Fleet(PostgresCluster.builder().shards(5).start());
  }

  /** The four shards as one database, and the fifth too, as soon as the map has it. */
  ShardDataSource application() {
    return application;
  }

  List<ClusterShard> servers() {
    return cluster.shards();
  }

  /** A server, without the library. */
  Connection direct(ClusterShard shard) throws SQLException {
    return shard.primary().connect(DATABASE);
  }

  /** A mover over all five. */
  Resharding mover() {
    Map<ShardId, ShardServers> servers = new LinkedHashMap<>();
    cluster
        .primaryUrls(DATABASE)
        .forEach((name, url) -> servers.put(new ShardId(name), ShardServers.of(url)));
    return Resharding.over(servers);
  }

  /** Writes the first map, of the four, into the databases. */
  void install(Resharding mover) throws SQLException {
    Map<ShardId, Reach> reach = new LinkedHashMap<>();
    configuration.shards().forEach(shard -> reach.put(shard.id(), reach(shard.id())));
    mover.install(configuration.routing(), reach);
  }

  /** How processes reach a shard. */
  Reach reach(ShardId shard) {
    return new Reach(cluster.shard(shard.name()).primary().jdbcUrl(DATABASE), List.of());
  }

  @Override
  public void close() {
    application.close();
    cluster.close();
  }
}
