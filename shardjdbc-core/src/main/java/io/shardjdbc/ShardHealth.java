package io.shardjdbc;

import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a shard is at a moment.
 *
 * @param level how much of its service is left
 * @param nodes what is known about each of its servers, in the order of the configuration; empty
 *     for a shard without replicas, whose only server is not watched
 */
public record ShardHealth(ShardId shard, DegradationLevel level, List<NodeHealth> nodes) {

  public ShardHealth {
    nodes = List.copyOf(nodes);
  }

  static List<ShardHealth> of(List<ShardId> shards, ShardNodes nodes) throws SQLException {
    List<ShardHealth> all = new ArrayList<>(shards.size());
    for (ShardId shard : shards) {
      all.add(of(shard, nodes.replicas(shard)));
    }
    return all;
  }

  static DegradationLevel worst(List<ShardHealth> shards) {
    return shards.stream()
        .map(ShardHealth::level)
        .reduce(DegradationLevel.HEALTHY, DegradationLevel::worse);
  }

  private static ShardHealth of(ShardId shard, Optional<ReplicaSet> replicas) {
    return new ShardHealth(
        shard,
        replicas.map(ReplicaSet::level).orElse(DegradationLevel.HEALTHY),
        replicas.map(ReplicaSet::health).orElse(List.of()));
  }
}
