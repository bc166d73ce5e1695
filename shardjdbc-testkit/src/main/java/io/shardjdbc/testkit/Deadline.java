package io.shardjdbc.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A moment by which something has to have come true.
 *
 * <p>For tests that have to wait for another thread, process or server: they name the condition,
 * and go on as soon as it holds.
 *
 * <pre>{@code
 * Deadline.in(Duration.ofSeconds(10)).await("the row arrives", () -> count(replica) == 1);
 * }</pre>
 *
 * <p>One deadline may be used for several conditions in a row. Immutable and thread-safe.
 */
public final class Deadline {

  private static final long FIRST_PAUSE = Duration.ofMillis(1).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMillis(20).toNanos();
  private static final long LONGEST_PAUSE_AFTER_A_LOOK = Duration.ofMillis(200).toNanos();

  private final Duration allowed;
  private final long nanoTime;

  private Deadline(Duration allowed) {
    this.allowed = allowed;
    this.nanoTime = System.nanoTime() + allowed.toNanos();
  }

  /**
   * A condition that may fail to be found out.
   *
   * @param <X> what is thrown then; it ends the waiting
   */
  @FunctionalInterface
  public interface Condition<X extends Exception> {
    /** Whether the condition holds now. */
    boolean holds() throws X;
  }

  /** A deadline that far from now. */
  public static Deadline in(Duration allowed) {
    return new Deadline(allowed);
  }

  /** The time that is left; zero if the deadline has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /** Whether no time is left. */
  public boolean hasPassed() {
    return remaining().isZero();
  }

  /**
   * Waits until a condition holds. It is looked at least once, also after the deadline.
   *
   * @param what the condition in words, for the message of the failure
   * @throws IllegalStateException if the deadline passes first, or the thread is interrupted
   * @throws X what the condition throws
   */
  public <X extends Exception> void await(String what, Condition<X> condition) throws X {
    long pause = FIRST_PAUSE;
    long begun = System.nanoTime();
    while (!condition.holds()) {
      if (hasPassed()) {
        throw new IllegalStateException("not within " + allowed.toMillis() + " ms: " + what);
      }
      // Who waits leaves the machine to what it waits for: a look may open a connection.
      long look = Math.min(2 * (System.nanoTime() - begun), LONGEST_PAUSE_AFTER_A_LOOK);
      LockSupport.parkNanos(Math.min(Math.max(pause, look), remaining().toNanos()));
      begun = System.nanoTime();
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted while waiting until " + what);
      }
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}
