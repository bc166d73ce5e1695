package io.shardjdbc.spring.boot.test;

import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which servers tests ask for. Those who ask for the same get the same, until the JVM ends.
 *
 * @param shards how many shards
 * @param replicas of each
 */
record Servers(int shards, int replicas) {

  private static final Map<Servers, PostgresCluster> STARTED = new ConcurrentHashMap<>();
  private static final AtomicInteger DATABASES = new AtomicInteger();

  /**
   * A new database on each shard.
   *
   * @throws SQLException if the servers cannot be started
   */
  Database database() throws SQLException {
    PostgresCluster cluster = STARTED.computeIfAbsent(this, Servers::start);
    String name = "test" + DATABASES.incrementAndGet();
    cluster.createDatabase(name);
    return new Database(cluster, name);
  }

  /** A database of the same name on each shard. */
  record Database(PostgresCluster cluster, String name) {

    /** As the {@code shards} section of a file. */
    String yaml() {
      return cluster.shardsYaml(name);
    }

    /** As properties. */
    Map<String, Object> properties() {
      Map<String, Object> properties = new LinkedHashMap<>();
      for (ClusterShard shard : cluster.shards()) {
        String prefix = "shardjdbc.shards." + shard.name();
        properties.put(prefix + ".primary.url", shard.primary().jdbcUrl(name));
        for (int i = 0; i < shard.replicas().size(); i++) {
          String url = shard.replicas().get(i).jdbcUrl(name);
          properties.put(prefix + ".replicas[" + i + "].url", url);
        }
      }
      return properties;
    }
  }

  private PostgresCluster start() {
    return PostgresCluster.builder().shards(shards).replicasPerShard(replicas).start();
  }
}
