package io.shardjdbc.pool;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How long the library's own questions may take that are asked in one thread for one statement.
 *
 * <p>A plan needs what servers say, and the planner knows no time-outs. So whoever runs a statement
 * says here how long its caller waits, and whoever asks a server looks how much of that is left.
 */
public final class Patience {

  private static final ThreadLocal<@Nullable Patience> OF_THREAD = new ThreadLocal<>();
  static final Patience ENDLESS = new Patience(Duration.ZERO);

  private final Duration whole;
  private final long deadline;

  /** Something that may ask servers. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws SQLException;
  }

  private Patience(Duration whole) {
    this.whole = whole;
    this.deadline = System.nanoTime() + whole.toNanos();
  }

  /**
   * Does what may ask servers, for no longer than its caller waits.
   *
   * @param limit zero for no end; what a statement around it may take holds in any case
   */
  public static <T> T within(Duration limit, Work<T> work) throws SQLException {
    Patience around = limit.isZero() ? null : OF_THREAD.get();
    if (limit.isZero() || (around != null && around.nanosLeft() < limit.toNanos())) {
      return work.run();
    }
    OF_THREAD.set(new Patience(limit));
    try {
      return work.run();
    } finally {
      if (around == null) {
        OF_THREAD.remove();
      } else {
        OF_THREAD.set(around);
      }
    }
  }

  /** That of the statement which the calling thread runs. */
  public static Patience now() {
    Patience own = OF_THREAD.get();
    return own == null ? ENDLESS : own;
  }

  /** How long one question may take that is given so long where nobody waits. */
  Duration atMost(Duration usual) {
    long left = nanosLeft();
    return left < usual.toNanos() ? Duration.ofNanos(Math.max(1, left)) : usual;
  }

  boolean isOver() {
    return nanosLeft() <= 0;
  }

  private long nanosLeft() {
    return this == ENDLESS ? Long.MAX_VALUE : deadline - System.nanoTime();
  }

  /** Whether the lock could be taken in time. */
  boolean lock(ReentrantLock lock) throws InterruptedException {
    if (this == ENDLESS) {
      lock.lock();
      return true;
    }
    return lock.tryLock(Math.max(0, nanosLeft()), TimeUnit.NANOSECONDS);
  }

  /** How long it was from the beginning, for a message. */
  public String length() {
    return whole.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  /** The exception of a shard that did not answer in time. */
  SQLException timedOut(ShardId shard, @Nullable SQLException e) {
    return e == null
        ? SqlErrors.of(ErrorCode.SHARD_TIMEOUT, shard, length())
        : SqlErrors.of(e, ErrorCode.SHARD_TIMEOUT, shard, length());
  }
}
