package io.shardjdbc.reshard;

import java.time.Duration;

/**
 * When a shard has too much to do.
 *
 * @param transactions how many a second a shard can do; 0 where that was not said
 * @param bytes how many a shard's database can hold; 0 where that was not said
 * @param threshold the part of these from which on it is too much
 * @param sustained for how long it has to be too much
 * @param between how long nothing is split after rows have moved
 */
public record SplitRules(
    double transactions, long bytes, double threshold, Duration sustained, Duration between) {

  private static final double THRESHOLD = 0.85;

  public SplitRules {
    if (transactions < 0 || bytes < 0 || (transactions == 0 && bytes == 0)) {
      throw new IllegalArgumentException("a capacity is above zero, and one of the two is said");
    }
    if (!(threshold > 0) || sustained.isNegative() || between.isNegative()) {
      throw new IllegalArgumentException("a threshold is above zero, durations are not below");
    }
  }

  /** 85 % of a capacity for five minutes, and an hour between splits. */
  public static SplitRules of(double transactions, long bytes) {
    return new SplitRules(
        transactions, bytes, THRESHOLD, Duration.ofMinutes(5), Duration.ofHours(1));
  }

  /** Which part of its capacity a shard uses, where that is most. */
  public double load(double transactionsPerSecond, long bytesHeld) {
    double busy = transactions == 0 ? 0 : transactionsPerSecond / transactions;
    double full = bytes == 0 ? 0 : (double) bytesHeld / bytes;
    return Math.max(busy, full);
  }
}
