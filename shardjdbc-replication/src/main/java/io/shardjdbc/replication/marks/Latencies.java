package io.shardjdbc.replication.marks;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How long recent requests took, good for one question: a percentile.
 *
 * <p>Counts in buckets whose bounds grow by a quarter of a power of two, so that an answer is at
 * most 25 % too high; that is fine for deciding when a second try pays. Every so many requests all
 * counts are halved: the past fades. Thread-safe without locks; a count lost in a race does not
 * matter.
 */
public final class Latencies {
  private static final int STEPS = 4;
  private static final int BUCKETS = 64 * STEPS;
  private static final int FADE_AFTER = 4096;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);
  private final AtomicInteger sinceFade = new AtomicInteger();

  /** A request took so many nanoseconds. */
  public void record(long nanos) {
    counts.incrementAndGet(bucket(Math.max(1, nanos)));
    if (sinceFade.incrementAndGet() == FADE_AFTER) {
      fade();
    }
  }

  /**
   * The time within which a part of recent requests was done.
   *
   * @param fraction the part, such as 0.95
   * @param atLeast how many requests must have been seen for an answer
   * @return nanoseconds, or -1 if too few requests were seen
   */
  public long percentile(double fraction, int atLeast) {
    long total = 0;
    for (int i = 0; i < BUCKETS; i++) {
      total += counts.get(i);
    }
    if (total < Math.max(1, atLeast)) {
      return -1;
    }
    long wanted = (long) Math.ceil(total * fraction);
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts.get(i);
      if (seen >= wanted) {
        return upperBound(i);
      }
    }
    return upperBound(BUCKETS - 1);
  }

  private void fade() {
    for (int i = 0; i < BUCKETS; i++) {
      counts.set(i, counts.get(i) / 2);
    }
    sinceFade.set(FADE_AFTER / 2);
  }

  private static int bucket(long nanos) {
    int power = 63 - Long.numberOfLeadingZeros(nanos);
    long within = nanos - (1L << power);
    int step = power < 2 ? 0 : (int) (within >>> (power - 2));
    return power * STEPS + step;
  }

  private static long upperBound(int bucket) {
    int power = bucket / STEPS;
    if (power < 2) {
      return (1L << (power + 1)) - 1;
    }
    return (1L << power) + ((bucket % STEPS + 1L) << (power - 2)) - 1;
  }
}
