package io.shardjdbc.saga;

import io.shardjdbc.saga.work.Times;
import java.time.Duration;

/**
 * How often a step is tried, and with which pauses.
 *
 * <p>The pause doubles from try to try. What cannot succeed by waiting (a constraint, a refusal, an
 * error in the statement, a {@link StepRejectedException}) is not tried again.
 *
 * @param attempts in all; at least 1
 * @param firstPause before the second try
 * @param longestPause between two tries
 */
public record RetryPolicy(int attempts, Duration firstPause, Duration longestPause) {

  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is at least 1");
    }
    if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
      throw new IllegalArgumentException("the pauses are not 0 <= firstPause <= longestPause");
    }
  }

  /** 5 tries with pauses of 100 ms to 2 s. */
  public static RetryPolicy defaults() {
    return new RetryPolicy(5, Duration.ofMillis(100), Duration.ofSeconds(2));
  }

  /** One try. */
  public static RetryPolicy never() {
    return new RetryPolicy(1, Duration.ZERO, Duration.ZERO);
  }

  /** The pause after so many failed tries. */
  public Duration pauseAfter(int failed) {
    Duration pause = firstPause;
    for (int i = 1; i < failed && pause.compareTo(longestPause) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return Times.bounded(pause.compareTo(longestPause) < 0 ? pause : longestPause);
  }
}
