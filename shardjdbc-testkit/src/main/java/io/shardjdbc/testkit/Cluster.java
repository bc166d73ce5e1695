package io.shardjdbc.testkit;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Real PostgreSQL servers: shards, each a primary and its streaming replicas.
 *
 * <p>{@link PostgresCluster} runs them as child processes, {@link ContainerCluster} in containers;
 * their builders are how to get one. The shards are named {@code s0}, {@code s1} and so on.
 * Clusters are safe for use by several threads; levers that change the same node have to be pulled
 * one after the other.
 */
public abstract sealed class Cluster implements AutoCloseable
    permits PostgresCluster, ContainerCluster {

  private final PostgresVersion version;
  private final Map<String, ClusterShard> shards;

  Cluster(PostgresVersion version, List<ClusterShard> shards) {
    this.version = version;
    this.shards = new LinkedHashMap<>();
    shards.forEach(shard -> this.shards.put(shard.name(), shard));
  }

  /** The PostgreSQL version of all servers. */
  public final PostgresVersion version() {
    return version;
  }

  /** The shards, in the order of their numbers. */
  public final List<ClusterShard> shards() {
    return List.copyOf(shards.values());
  }

  /**
   * The shard of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public final ClusterShard shard(String name) {
    ClusterShard shard = shards.get(name);
    if (shard == null) {
      throw new IllegalArgumentException("no shard " + name + " in " + shards.keySet());
    }
    return shard;
  }

  /** The nodes of all shards. */
  public final List<ClusterNode> nodes() {
    return shards.values().stream().flatMap(shard -> shard.nodes().stream()).toList();
  }

  /** The JDBC URLs of a database on the primaries, by the names of the shards. */
  public final Map<String, String> primaryUrls(String database) {
    Map<String, String> urls = new LinkedHashMap<>();
    shards.forEach((name, shard) -> urls.put(name, shard.primary().jdbcUrl(database)));
    return urls;
  }

  /** The JDBC URLs of a database on the replicas, by the names of the shards. */
  public final Map<String, List<String>> replicaUrls(String database) {
    Map<String, List<String>> urls = new LinkedHashMap<>();
    shards.forEach(
        (name, shard) ->
            urls.put(name, shard.replicas().stream().map(node -> node.jdbcUrl(database)).toList()));
    return urls;
  }

  /** The {@code shards} section of a configuration file, for a database of this cluster. */
  public final String shardsYaml(String database) {
    StringBuilder yaml = new StringBuilder("shards:\n");
    replicaUrls(database)
        .forEach(
            (name, replicas) -> {
              yaml.append("  %s:\n".formatted(name));
              yaml.append("    primary: {url: '%s'}\n".formatted(primaryUrls(database).get(name)));
              if (!replicas.isEmpty()) {
                yaml.append("    replicas:\n");
                replicas.forEach(url -> yaml.append("      - {url: '%s'}\n".formatted(url)));
              }
            });
    return yaml.toString();
  }

  /**
   * Creates a database on every shard, as a copy of {@code template1}, and waits until the running
   * replicas have it.
   */
  public final void createDatabase(String name) throws SQLException {
    create(name, "");
  }

  /** Creates a database of a collation other than the cluster's, as a copy of an empty template. */
  public final void createDatabase(String name, Collation collation) throws SQLException {
    create(name, " TEMPLATE template0" + collation.createDatabaseClauses(version));
  }

  /** Creates a database on every shard as a copy of another, to which nobody may be connected. */
  public final void createDatabase(String name, String template) throws SQLException {
    create(name, " TEMPLATE " + Sql.identifier(template));
  }

  /** By copying files: a small template is copied much faster so than through the log. */
  private void create(String name, String clauses) throws SQLException {
    onEveryPrimary("CREATE DATABASE " + Sql.identifier(name) + clauses + " STRATEGY file_copy");
  }

  /** Drops a database on every shard where it exists, and cuts the sessions in it. */
  public final void dropDatabase(String name) throws SQLException {
    onEveryPrimary("DROP DATABASE IF EXISTS " + Sql.identifier(name) + " WITH (FORCE)");
  }

  /** Waits until every running replica has replayed what its primary has written so far. */
  public final void awaitReplication() throws SQLException {
    for (ClusterShard shard : shards.values()) {
      shard.awaitReplication();
    }
  }

  private void onEveryPrimary(String sql) throws SQLException {
    try {
      Parallel.each(
          shards.values(),
          shard -> {
            try (Connection connection = shard.primary().connect();
                Statement statement = connection.createStatement()) {
              statement.execute(sql);
            }
            shard.awaitReplication();
          });
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Ends all servers and removes their data. A second call does nothing. */
  @Override
  public abstract void close();
}
