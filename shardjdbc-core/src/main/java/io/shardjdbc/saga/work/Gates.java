package io.shardjdbc.saga.work;

import io.shardjdbc.routing.ShardId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many sagas of the background may be busy on one shard.
 *
 * <p>The threads are few, and a shard that is away keeps each saga that comes to it for as long as
 * its retries take. Without a limit the sagas that wait for one shard hold all threads, and starve
 * those that need others. So a shard has half of the threads at most; one that did not answer has
 * one, which finds out whether it answers again, with growing pauses in between. Who finds no room
 * is put aside in its record, for a while, and holds nothing.
 *
 * <p>The pattern is a bulkhead for each shard with a circuit breaker (M. Nygard, "Release It!").
 */
public final class Gates {

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final int MOST_DOUBLINGS = 4;

  private final int most;
  private final Map<ShardId, Gate> gates = new ConcurrentHashMap<>();

  /**
   * @param threads how many sagas run at once
   * @param shards how many there are
   */
  public Gates(int threads, int shards) {
    this.most = shards == 1 ? threads : Math.max(1, threads / 2);
  }

  /** A shard's. */
  public Gate of(ShardId shard) {
    return gates.computeIfAbsent(shard, unused -> new Gate(most));
  }

  /** Who is on a shard, and whether it answers. */
  public static final class Gate {
    private final int most;
    private int inside;
    private int failures;
    private long closedUntil;

    private Gate(int most) {
      this.most = most;
    }

    /**
     * Goes in, unless there is no room.
     *
     * @return null, or how long it is worth waiting
     */
    public synchronized @Nullable Duration enter() {
      Duration left = Duration.ofNanos(closedUntil - System.nanoTime());
      if (failures > 0 && (inside > 0 || left.toNanos() > 0)) {
        return left.compareTo(FIRST_PAUSE) > 0 ? left : FIRST_PAUSE;
      }
      if (inside >= most) {
        return FIRST_PAUSE;
      }
      inside++;
      return null;
    }

    public synchronized void leave() {
      inside--;
    }

    public synchronized void answered() {
      failures = 0;
    }

    /**
     * Notes that the shard did not answer.
     *
     * @return whether the one who found out may stay and try again
     */
    public synchronized boolean silent() {
      Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
      failures++;
      closedUntil =
          System.nanoTime()
              + (pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE).toNanos();
      return inside <= 1;
    }
  }
}
