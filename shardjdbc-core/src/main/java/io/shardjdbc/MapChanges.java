package io.shardjdbc;

import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.hear.Hearing;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.observe.MapChange;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.transaction.LastLook;
import io.shardjdbc.transaction.RecoverySchedule;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a running DataSource another map.
 *
 * <p>It moves no row: whoever installs a map has seen to it that rows lie where the map says, and
 * that nobody writes those that change their owner meanwhile.
 */
final class MapChanges {

  private static final Logger LOG = LoggerFactory.getLogger(MapChanges.class);

  private final ShardNodes nodes;
  private final CurrentMap maps;
  private final Executor threads;
  private final NextMap rules;
  private final LastLook lastLook;
  private final RecoverySchedule recovery;
  private final Hearing hearing;

  /** Keeps a shard that joins again from being let go just then. */
  private final Lock changing = new ReentrantLock();

  /** One look at a time: two would each let go what the other is looking at. */
  private final Lock leaving = new ReentrantLock();

  /**
   * @param recovery ends what is prepared on shards that leave
   * @param hearing who hears of another map
   */
  MapChanges(
      ShardNodes nodes,
      CurrentMap maps,
      Executor threads,
      RoutingConfiguration routing,
      LastLook lastLook,
      RecoverySchedule recovery,
      Hearing hearing) {
    this.nodes = nodes;
    this.maps = maps;
    this.threads = threads;
    this.rules = new NextMap(routing, lastLook);
    this.lastLook = lastLook;
    this.recovery = recovery;
    this.hearing = hearing;
    recovery.behindEachPass(this::letGo);
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
    changing.lock();
    try {
      ShardMap last = maps.get();
      rules.check(last, next);
      List<ShardId> before = maps.withLeaving();
      joining.forEach(nodes::add);
      // Rows under a new owner were written before it was one: replicas must have seen them.
      next.shards().forEach(nodes::wroteAny);
      try {
        maps.install(next, this::letGoLater);
      } catch (SQLException e) {
        joining.stream()
            .map(ShardConfiguration::id)
            .filter(shard -> !before.contains(shard))
            .forEach(nodes::leave);
        throw e;
      }
      if (hearing.isOn()) {
        hearing.changed(change(last, next));
      }
    } finally {
      changing.unlock();
    }
  }

  private static MapChange change(ShardMap before, ShardMap after) {
    return new MapChange(
        before.epoch(),
        after.epoch(),
        after.shards().stream().filter(shard -> !before.shards().contains(shard)).toList(),
        before.shards().stream().filter(shard -> !after.shards().contains(shard)).toList(),
        after.moving().isUnderWay());
  }

  /** The map of the earliest epoch by which something runs still. */
  ShardMap oldestInUse() {
    return maps.oldestInUse();
  }

  /** Not in the thread of whoever happened to be the last to use the map. */
  private void letGoLater() {
    try {
      threads.execute(this::letGo);
    } catch (RejectedExecutionException e) {
      // The DataSource is being closed, and all connections with it.
    }
  }

  /**
   * Lets go the shards that have left the map and that nobody needs any more. One on which
   * something is prepared stays until recovery, or its transaction manager, has ended that.
   */
  private void letGo() {
    leaving.lock();
    try {
      for (ShardId shard : maps.unused()) {
        if (!isNeeded(shard)) {
          leave(shard);
        } else {
          recovery.start(); // and look again behind its passes
        }
      }
    } finally {
      leaving.unlock();
    }
  }

  private boolean isNeeded(ShardId shard) {
    try {
      return !lastLook.isFree(shard, maps.withLeaving());
    } catch (SQLException e) {
      LOG.warn("shard {} has left the map and stays connected: {}", shard, e.getMessage());
      return true;
    }
  }

  private void leave(ShardId shard) {
    changing.lock();
    try {
      if (maps.letGo(shard)) {
        nodes.leave(shard);
      }
    } finally {
      changing.unlock();
    }
  }
}
