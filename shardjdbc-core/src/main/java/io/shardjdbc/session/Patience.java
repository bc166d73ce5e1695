package io.shardjdbc.session;

import java.time.Duration;
import java.util.Locale;

/**
 * How long the caller of a statement waits, from when it was sent. Immutable.
 *
 * @param whole zero for no end
 */
public record Patience(Duration whole, long until) {

  static final Patience ENDLESS = new Patience(Duration.ZERO, 0);

  static Patience of(Duration whole) {
    return whole.isZero() ? ENDLESS : new Patience(whole, System.nanoTime() + whole.toNanos());
  }

  /** Whether there is no end of it. */
  public boolean isEndless() {
    return whole.isZero();
  }

  /** What is left of it; less than zero where it is over. */
  public long leftNanos() {
    return until - System.nanoTime();
  }

  /** The whole of it, as a message says it. */
  public String length() {
    return whole.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
