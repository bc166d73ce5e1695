package io.shardjdbc.reshard.control;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How long something is waited for, by the clock that never goes back. */
public record Patience(long until) {

  private static final Duration LOOK = Duration.ofMillis(2);
  private static final Duration LONGEST_LOOK = Duration.ofMillis(100);

  /** What is waited for. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it is so now. */
    boolean holds() throws SQLException;
  }

  public static Patience of(Duration allowed) {
    return new Patience(System.nanoTime() + allowed.toNanos());
  }

  public boolean isOver() {
    return System.nanoTime() - until >= 0;
  }

  /** Waits, looking more and more seldom; whether the condition came true in time. */
  public boolean await(Condition condition) throws SQLException {
    return await(condition, LONGEST_LOOK);
  }

  /** Waits, looking every two milliseconds; whether the condition came true in time. */
  public boolean awaitClosely(Condition condition) throws SQLException {
    return await(condition, LOOK);
  }

  private boolean await(Condition condition, Duration longest) throws SQLException {
    long pause = LOOK.toNanos();
    while (!condition.holds()) {
      if (isOver()) {
        return false;
      }
      pause(pause);
      pause = Math.min(pause * 2, longest.toNanos());
    }
    return true;
  }

  /** Lets some time pass. */
  public static void pause(Duration duration) throws SQLException {
    pause(duration.toNanos());
  }

  private static void pause(long nanos) throws SQLException {
    LockSupport.parkNanos(nanos);
    if (Thread.currentThread().isInterrupted()) {
      throw new SQLTimeoutException("the mover was interrupted", "57014");
    }
  }
}
