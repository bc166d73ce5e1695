package io.shardjdbc.replication.marks;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The reigns of a shard's primaries, numbered in this process, and what is proved to have passed
 * from one to the next..
 */
public final class Reigns {
  /** Failovers remembered. A write from before all of them counts as in doubt. */
  private static final int REMEMBERED = 64;

  private final Deque<Long> proved = new ArrayDeque<>();
  private long current;

  /** The number of the current term. */
  public synchronized long current() {
    return current;
  }

  /**
   * A new primary reigns.
   *
   * @param provedUpTo every write acknowledged before this time is known to have reached it
   */
  public synchronized void next(long provedUpTo) {
    current++;
    proved.addFirst(provedUpTo);
    if (proved.size() > REMEMBERED) {
      proved.removeLast();
    }
  }

  /** Until when writes of a term are known to have reached the primary of the current one. */
  public synchronized long provedSince(long term) {
    long changes = current - term;
    if (changes <= 0) {
      return Long.MAX_VALUE;
    }
    if (changes > proved.size()) {
      return Long.MIN_VALUE;
    }
    return proved.stream().limit(changes).mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
  }
}
