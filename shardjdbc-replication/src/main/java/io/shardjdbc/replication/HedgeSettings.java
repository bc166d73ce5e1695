package io.shardjdbc.replication;

import java.time.Duration;

/**
 * When a second replica is asked because the first takes long.
 *
 * @param percentile the part of recent reads that are done within the delay, such as 0.95
 * @param minimumDelay the shortest delay
 * @param minimumReads how many reads must have been measured before any is hedged
 * @param share the part of reads that may be asked twice, such as 0.1: when all replicas slow down
 *     at once, asking more of them would not help. A handful is allowed at a time.
 */
public record HedgeSettings(
    double percentile, Duration minimumDelay, int minimumReads, double share) {

  public HedgeSettings {
    if (!(percentile > 0 && percentile < 1)) {
      throw new IllegalArgumentException("percentile is between 0 and 1");
    }
    if (minimumDelay.isNegative()) {
      throw new IllegalArgumentException("minimumDelay is not negative");
    }
    if (minimumReads < 1) {
      throw new IllegalArgumentException("minimumReads is at least 1");
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share is more than 0 and at most 1");
    }
  }

  /** After the 95th percentile, at least 1 ms, of at least 100 reads; a tenth of them at most. */
  public static HedgeSettings defaults() {
    return new HedgeSettings(0.95, Duration.ofMillis(1), 100, 0.1);
  }
}
