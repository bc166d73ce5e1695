package io.shardjdbc.testkit;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Describes a cluster: one shard without replicas unless more is said.
 *
 * <p>Not thread-safe. A builder may start several clusters.
 *
 * @param <B> the builder's own type
 */
public abstract sealed class ClusterBuilder<B extends ClusterBuilder<B>>
    permits PostgresCluster.Builder, ContainerCluster.Builder {

  private int shards = 1;
  private int replicasPerShard;
  private PostgresVersion version = PostgresVersion.V18;
  private Collation collation = Collation.C_UTF8;
  private int synchronousReplicas;
  private final Map<String, String> settings = new LinkedHashMap<>();

  ClusterBuilder() {}

  /** The number of shards, at least one; they are named {@code s0}, {@code s1} and so on. */
  public B shards(int number) {
    this.shards = number;
    return self();
  }

  /** The number of streaming replicas of each shard; none unless said otherwise. */
  public B replicasPerShard(int number) {
    this.replicasPerShard = number;
    return self();
  }

  /** The PostgreSQL version; {@link PostgresVersion#V18} unless said otherwise. */
  public B version(PostgresVersion postgres) {
    this.version = postgres;
    return self();
  }

  /** How the databases sort text; {@link Collation#C_UTF8} unless said otherwise. */
  public B collation(Collation ofDatabases) {
    this.collation = ofDatabases;
    return self();
  }

  /** For how many replicas of its shard a commit waits; none unless said otherwise. */
  public B synchronousReplicas(int number) {
    this.synchronousReplicas = number;
    return self();
  }

  /** A setting of all servers, as in {@code postgresql.conf}. */
  public B setting(String name, String value) {
    settings.put(name, value);
    return self();
  }

  /**
   * Starts the cluster, and returns when all servers answer and all replicas stream.
   *
   * @throws IllegalArgumentException if what was asked for makes no sense
   * @throws IllegalStateException if something that the servers need is missing (the message says
   *     what to add), or a server does not start (the message ends with the server's log)
   * @throws java.io.UncheckedIOException if files cannot be written
   */
  public abstract Cluster start();

  abstract B self();

  abstract ClusterShape.Host host();

  final ClusterShape shape() {
    return new ClusterShape(
        shards, replicasPerShard, version, collation, synchronousReplicas, settings, host());
  }
}
