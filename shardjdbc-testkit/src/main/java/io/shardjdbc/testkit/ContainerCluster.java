package io.shardjdbc.testkit;

import io.shardjdbc.testkit.container.DockerHost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster whose servers run in Docker containers, by Testcontainers.
 *
 * <p>For those who test against images of their own. It has everything that {@link PostgresCluster}
 * has, starts more slowly, and needs a Docker engine and the dependency {@code
 * org.testcontainers:testcontainers} on the class path. Containers of a JVM that was killed are
 * removed by Testcontainers' own watchdog.
 */
public final class ContainerCluster extends Cluster {

  private final DockerHost docker;

  ContainerCluster(PostgresVersion version, DockerHost docker, List<ClusterShard> shards) {
    super(version, shards);
    this.docker = docker;
  }

  /** Starts to describe a cluster: one shard without replicas unless more is said. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void close() {
    docker.close();
  }

  /** Describes a cluster in containers. */
  public static final class Builder extends ClusterBuilder<Builder> {

    private @Nullable String image;

    private Builder() {}

    /**
     * The image, which has to have PostgreSQL's programs of the {@link #version} on its path and a
     * user {@code postgres}; the official one of the version unless said otherwise.
     */
    public Builder image(String name) {
      this.image = name;
      return this;
    }

    @Override
    public ContainerCluster start() {
      return ContainerStart.start(shape());
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    ClusterShape.Host host() {
      return new ClusterShape.Containers(image);
    }
  }
}
