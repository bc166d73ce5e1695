package io.shardjdbc.pool;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node is known to be down, and who may look again.
 *
 * <p>The first callers of a dead node wait for the whole connection time-out. If everybody after
 * them did, a statement over many shards would hold the connections of healthy ones for that long,
 * and one dead shard would slow the others. So while a node is down only a few callers try it, one
 * in each interval, and the rest fail at once with what the last try reported.
 */
final class Outage {

  private final long intervalNanos;
  private final AtomicLong nextTry = new AtomicLong();
  private volatile @Nullable SQLException reported;

  Outage(Duration interval) {
    this.intervalNanos = interval.toNanos();
  }

  /** What was last reported, if the caller should fail with it instead of trying. */
  @Nullable SQLException holds() {
    return reported == null ? null : holdsFor(System.nanoTime());
  }

  /**
   * The same at a moment.
   *
   * @param now by {@link System#nanoTime()}
   */
  @Nullable SQLException holdsFor(long now) {
    SQLException last = reported;
    if (last == null) {
      return null;
    }
    long due = nextTry.get();
    boolean mayTry = now - due >= 0 && nextTry.compareAndSet(due, now + intervalNanos);
    return mayTry ? null : last;
  }

  void begin(SQLException failure, long now) {
    if (reported == null) {
      nextTry.set(now + intervalNanos);
    }
    reported = failure;
  }

  void end() {
    if (reported != null) {
      reported = null;
    }
  }
}
