package io.shardjdbc.driver;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The moment until which something that a thread waits for has to have come.
 *
 * <p>It is set and lifted for every exchange with a server, and hardly ever passes. So nothing is
 * scheduled each time: one look is on its way, and where it finds that the deadline is another one
 * by now, the next look is scheduled for that. The thread that looks is there only while something
 * has a deadline.
 */
final class Deadline {

  private static final ScheduledThreadPoolExecutor WATCH = watch();

  private static ScheduledThreadPoolExecutor watch() {
    ScheduledThreadPoolExecutor watch =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "shardjdbc-deadlines");
              thread.setDaemon(true);
              thread.setContextClassLoader(null); // it belongs to no application
              return thread;
            });
    watch.setKeepAliveTime(100, TimeUnit.MILLISECONDS);
    watch.allowCoreThreadTimeOut(true);
    watch.setRemoveOnCancelPolicy(true);
    return watch;
  }

  private static final long NONE = 0;

  private final Runnable whenPassed;
  private final AtomicLong at = new AtomicLong(NONE);
  private volatile boolean passed;
  private volatile long nextLook;
  private volatile @Nullable Future<?> look;
  private boolean over;

  /**
   * @param whenPassed what is to be done then, once
   */
  Deadline(Runnable whenPassed) {
    this.whenPassed = whenPassed;
  }

  /** Begins to wait. */
  void in(int millis) {
    long now = System.nanoTime();
    long deadline = now + TimeUnit.MILLISECONDS.toNanos(millis) | 1; // never NONE
    at.set(deadline);
    // A look that finds nothing is taken away before it looks once more, so one of both sees it.
    if (look == null || deadline - nextLook < 0) {
      schedule(deadline, now);
    }
  }

  /** It has come. */
  void lift() {
    at.set(NONE);
  }

  /** Whether it has passed, at any time. */
  boolean hasPassed() {
    return passed;
  }

  /** Nothing is waited for any more. */
  synchronized void end() {
    over = true;
    at.set(NONE);
    Future<?> scheduled = look;
    look = null;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }

  private synchronized void schedule(long deadline, long now) {
    Future<?> before = look;
    if (before != null && deadline - nextLook >= 0) {
      return; // a look that has just found another deadline must not put off an earlier one
    }
    nextLook = deadline;
    look = over ? null : WATCH.schedule(this::look, deadline - now, TimeUnit.NANOSECONDS);
    if (before != null) {
      before.cancel(false);
    }
  }

  private void look() {
    look = null;
    long deadline = at.get();
    if (deadline == NONE) {
      return;
    }
    long now = System.nanoTime();
    if (deadline - now > 0) {
      schedule(deadline, now);
    } else if (at.compareAndSet(deadline, NONE)) {
      passed = true;
      whenPassed.run();
    } else {
      look(); // it was lifted, or is another one
    }
  }
}
