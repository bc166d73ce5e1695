package io.shardjdbc.replication;

import java.util.function.LongSupplier;

/**
 * The replica set's time: nanoseconds since it was made, by a monotonic clock, never less than 1.
 *
 * <p>{@link System#nanoTime()} may start anywhere, below zero too, so that no value of it could
 * mean "never". Here 0 is before everything, and times compare as plain numbers.
 */
final class Ticks {
  private final LongSupplier clock;
  private final long origin;

  Ticks(LongSupplier clock) {
    this.clock = clock;
    this.origin = clock.getAsLong() - 1;
  }

  long now() {
    return clock.getAsLong() - origin;
  }

  /** The clock's own value at a time. */
  long raw(long time) {
    return time + origin;
  }
}
