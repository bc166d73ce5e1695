package io.shardjdbc.saga.work;

import java.time.Duration;

/** What may be given for a length of time. */
public final class Times {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Duration SHORTEST = Duration.ofMillis(1);

  private Times() {}

  /** A time of at least 1 ms. */
  public static Duration positive(Duration time) {
    if (time.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("a time is at least 1 ms");
    }
    return bounded(time);
  }

  /** A century stands for all that is longer: clocks and servers cannot count further. */
  public static Duration bounded(Duration time) {
    return time.compareTo(LONGEST) < 0 ? time : LONGEST;
  }
}
