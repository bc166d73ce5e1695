package io.shardjdbc.transaction;

import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The parts of decided transactions that this process still tells their shards the end of.
 *
 * <p>They are being told where a commit is acknowledged when it is decided; some could not be told,
 * see {@link Untold}. What this process runs on a shard waits for those of the shard, so that it
 * finds what it has committed. Each ends within the time-outs of a commit, and holds a connection
 * of its own already, so that nothing can wait in a circle. Thread-safe.
 */
public final class Endings {

  private final Set<Ending> open = ConcurrentHashMap.newKeySet();
  private final Untold untold;

  public Endings(Untold untold) {
    this.untold = untold;
  }

  Ending begin(ShardId shard) {
    Ending ending = new Ending(shard);
    open.add(ending);
    return ending;
  }

  void over(Ending ending) {
    try {
      ending.told();
    } finally {
      open.remove(ending);
    }
  }

  /** Notes a part that could not be told that it is committed. */
  void notTold(Gid part) {
    if (!Fence.UNTOLD.isOut()) {
      untold.add(part);
    }
  }

  /**
   * Waits until a shard has been told whatever was decided before.
   *
   * @throws SQLException if it cannot be told now
   */
  public void await(ShardId shard) throws SQLException {
    if (!open.isEmpty()) {
      awaitOpen(shard);
    }
    if (!untold.isEmpty()) {
      untold.tell(shard);
    }
  }

  private void awaitOpen(ShardId shard) {
    for (Ending ending : open) {
      if (ending.shard().equals(shard)) {
        AtOnce.await(ending.over());
      }
    }
  }

  /** Waits until all have been told, or the time is over. */
  public void awaitAll(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    try {
      for (Ending ending : open) {
        if (!ending.over().await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
