package io.shardjdbc.spring.boot.test;

import io.shardjdbc.testkit.Cluster;
import io.shardjdbc.testkit.ClusterBuilder;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A cluster of the test kit in the place of a container, so that Testcontainers and Boot's
 * {@code @ServiceConnection} start it, connect to it and stop it.
 *
 * <pre>{@code
 * @Container @ServiceConnection
 * static final ClusterContainer shards = ClusterContainer.of(ContainerCluster.builder().shards(4));
 * }</pre>
 *
 * <p>A {@code ContainerCluster} has a container for each server, a {@code PostgresCluster} has none
 * and needs no Docker. What else a container has, such as ports, logs and commands, belongs to no
 * single server here and is not there: ask the {@link #cluster()}.
 */
public final class ClusterContainer extends GenericContainer<ClusterContainer> {

  /** No such image is ever pulled: the cluster knows its own. */
  private static final String NAME = "shardjdbc/cluster";

  private final ClusterBuilder<?> builder;
  private @Nullable Cluster cluster;

  private ClusterContainer(ClusterBuilder<?> builder) {
    super(DockerImageName.parse(NAME));
    this.builder = builder;
  }

  /** A cluster that is started with the container. */
  public static ClusterContainer of(ClusterBuilder<?> builder) {
    return new ClusterContainer(builder);
  }

  @Override
  public synchronized void start() {
    if (cluster == null) {
      cluster = builder.start();
    }
  }

  @Override
  public synchronized void stop() {
    Cluster running = cluster;
    cluster = null;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return cluster != null;
  }

  @Override
  public String getDockerImageName() {
    return NAME;
  }

  /**
   * The cluster that runs.
   *
   * @throws IllegalStateException if none does
   */
  public synchronized Cluster cluster() {
    Cluster running = cluster;
    if (running == null) {
      throw new IllegalStateException("the cluster is not started");
    }
    return running;
  }
}
