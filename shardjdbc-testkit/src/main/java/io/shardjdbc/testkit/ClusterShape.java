package io.shardjdbc.testkit;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a builder says of a cluster. Clusters of equal shapes are interchangeable.
 *
 * @param synchronousReplicas for how many replicas of its shard a commit waits
 * @param host where the servers run
 */
record ClusterShape(
    int shards,
    int replicasPerShard,
    PostgresVersion version,
    Collation collation,
    int synchronousReplicas,
    Map<String, String> settings,
    Host host) {

  /** Where the servers of a cluster run. */
  sealed interface Host {}

  /** As child processes, with their data in a directory; null for the best place there is. */
  record ThisMachine(@Nullable Path directory) implements Host {}

  /** In containers of an image; null for the official one of the version. */
  record Containers(@Nullable String image) implements Host {}

  ClusterShape {
    if (shards < 1) {
      throw new IllegalArgumentException("a cluster has at least one shard, not " + shards);
    }
    if (replicasPerShard < 0 || synchronousReplicas < 0) {
      throw new IllegalArgumentException("a number of replicas is not negative");
    }
    if (synchronousReplicas > replicasPerShard) {
      throw new IllegalArgumentException(
          synchronousReplicas + " synchronous replicas of " + replicasPerShard);
    }
    settings = Map.copyOf(settings);
  }

  /** Starts a cluster of this shape. */
  Cluster start() {
    return host instanceof Containers ? ContainerStart.start(this) : LocalStart.start(this);
  }

  /** The directory that was asked for. */
  @Nullable Path directory() {
    return host instanceof ThisMachine machine ? machine.directory() : null;
  }

  /** The image of the containers. */
  String image() {
    return host instanceof Containers containers && containers.image() != null
        ? containers.image()
        : "postgres:" + version.major();
  }

  int nodes() {
    return shards * (1 + replicasPerShard);
  }

  /** The user's settings, and what the shape itself asks for. */
  Map<String, String> allSettings() {
    Map<String, String> all = new LinkedHashMap<>();
    if (synchronousReplicas > 0) {
      all.put("synchronous_standby_names", "ANY " + synchronousReplicas + " (*)");
    }
    all.putAll(settings);
    return all;
  }
}
