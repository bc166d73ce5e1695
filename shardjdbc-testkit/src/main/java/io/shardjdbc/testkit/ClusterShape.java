package io.shardjdbc.testkit;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a builder says of a cluster. Clusters of equal shapes are interchangeable.
 *
 * @param synchronousReplicas for how many replicas of its shard a commit waits
 * @param directory where the data is to be; null for the best place there is
 */
record ClusterShape(
    int shards,
    int replicasPerShard,
    PostgresVersion version,
    Collation collation,
    int synchronousReplicas,
    Map<String, String> settings,
    @Nullable Path directory) {

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
