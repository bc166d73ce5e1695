package io.shardjdbc;

import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.KeyHashes;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Gives a running DataSource another map.
 *
 * <p>It moves no row: whoever installs a map has seen to it that rows lie where the map says, and
 * that nobody writes those that change their owner meanwhile.
 */
final class MapChanges {

  private final ShardNodes nodes;
  private final CurrentMap maps;
  private final Executor threads;
  private final NextMap rules;

  MapChanges(ShardNodes nodes, CurrentMap maps, Executor threads, NextMap rules) {
    this.nodes = nodes;
    this.maps = maps;
    this.threads = threads;
    this.rules = rules;
  }

  /**
   * Installs a map: whatever begins from now on is routed by it. What has begun ends by the map it
   * began with; when the last of it has, the shards that are in the new map no more are let go.
   *
   * @param joining the servers of the shards that are new in it
   * @throws SQLException if its epoch does not follow the current one, or if something lives on a
   *     shard that would leave: a table, the sequences, a prepared transaction
   */
  void install(ShardMap next, List<ShardConfiguration> joining) throws SQLException {
    ShardMap before = maps.get();
    rules.check(before, next);
    joining.forEach(nodes::add);
    // Rows under a new owner were written before it was one: replicas must have seen them.
    next.shards().forEach(this::wrote);
    try {
      maps.install(next, () -> letGo(before));
    } catch (SQLException e) {
      letGo(next);
      throw e;
    }
  }

  /** The map of the earliest epoch by which something runs still. */
  ShardMap oldestInUse() {
    return maps.oldestInUse();
  }

  private void wrote(ShardId shard) {
    nodes.wrote(shard, KeyHashes.any(), ShardNodes.Outcome.KNOWN, ReadIntent.standard());
  }

  /** Not in the thread of whoever happened to be the last to use the map. */
  private void letGo(ShardMap before) {
    try {
      threads.execute(
          () ->
              before.shards().stream()
                  .filter(shard -> !maps.shards().contains(shard))
                  .forEach(nodes::leave));
    } catch (RejectedExecutionException e) {
      // The DataSource is being closed, and all connections with it.
    }
  }
}
