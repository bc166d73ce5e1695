package io.shardjdbc.replication.marks;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The replica set's time: nanoseconds since it was made, by a monotonic clock, never less than 1.
 *
 * <p>{@link System#nanoTime()} may start anywhere, below zero too, so that no value of it could
 * mean "never". Here 0 is before everything, and times compare as plain numbers.
 */
public final class Ticks {
  /** The longest duration that makes sense here; it keeps arithmetic in nanoseconds safe. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private final LongSupplier clock;
  private final long origin;

  public Ticks(LongSupplier clock) {
    this.clock = clock;
    this.origin = clock.getAsLong() - 1;
  }

  /** The time now. */
  public long now() {
    return clock.getAsLong() - origin;
  }

  /** Nanoseconds of a duration, at most a year's. */
  public static long nanos(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
  }

  /** The clock's own value at a time. */
  public long raw(long time) {
    return time + origin;
  }
}
