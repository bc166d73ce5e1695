package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Keeps a mover from writing faster than it may, and than replicas can follow.
 *
 * <p>A replica that is not connected is not waited for: it has to catch up anyway.
 */
final class Throttle {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** Of whoever streams a shard's log as it is, not of rows. */
  private static final String BEHIND =
      "SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), r.replay_lsn)), 0)"
          + " FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid"
          + " WHERE coalesce(s.slot_type, 'physical') = 'physical' AND r.replay_lsn IS NOT NULL";

  private final Work work;
  private final List<ShardId> shards;
  private final long begun = System.nanoTime();
  private long rows;

  /**
   * A throttle of one step.
   *
   * @param shards whose replicas are looked at
   */
  Throttle(Work work, List<ShardId> shards) {
    this.work = work;
    this.shards = shards;
  }

  /** Waits until more may be written, after some rows were. */
  void after(long written) throws SQLException {
    rows += written;
    long rate = work.settings().rate();
    if (rate > 0) {
      long due = begun + Math.round(rows * 1e9 / rate);
      Patience patience = new Patience(due);
      while (!patience.isOver()) {
        Patience.pause(Duration.ofNanos(Math.min(LOOK.toNanos(), due - System.nanoTime())));
      }
    }
    if (work.settings().lag() > 0) {
      for (ShardId shard : shards) {
        awaitReplicas(shard);
      }
    }
  }

  private void awaitReplicas(ShardId shard) throws SQLException {
    boolean said = false;
    long behind;
    while ((behind = behind(shard)) > work.settings().lag()) {
      if (!said) {
        work.listener()
            .onBlocked(work.id(), "a replica of " + shard + " is " + behind + " bytes behind");
        said = true;
      }
      Patience.pause(LOOK);
    }
  }

  private long behind(ShardId shard) throws SQLException {
    return Sql.number(work.servers().kept(shard), BEHIND);
  }
}
