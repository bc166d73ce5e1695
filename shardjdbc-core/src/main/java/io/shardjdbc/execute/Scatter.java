package io.shardjdbc.execute;

import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Calls that run on several shards at once, under one deadline.
 *
 * <p>Each call runs in a thread of the executor while the caller's thread watches the clock. When a
 * call fails or the deadline passes, the others are cancelled; a server that does not even react to
 * that within a grace period has its connection cut, so that the caller always returns.
 */
final class Scatter {

  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Executor executor;
  private final Session session;
  private final List<ShardCall> calls;
  private final boolean[] done;
  private int unfinished;
  private @Nullable SQLException failure;
  private @Nullable RuntimeException bug;

  Scatter(Executor executor, Session session, List<ShardCall> calls) {
    this.executor = executor;
    this.session = session;
    this.calls = calls;
    this.done = new boolean[calls.size()];
    this.unfinished = calls.size();
  }

  /** Runs them all, and returns when none runs any more. */
  void run(Duration timeout) throws SQLException {
    for (int i = 0; i < calls.size(); i++) {
      int index = i;
      executor.execute(() -> attempt(index));
    }
    boolean interrupted = false;
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean cancelled = false;
    boolean cut = false;
    synchronized (this) {
      while (unfinished > 0) {
        long left = deadline - System.nanoTime();
        if (left <= 0 && failure == null) {
          failure = calls.get(firstUnfinished()).timedOut(null, timeout);
        }
        if (failed() && !cancelled) {
          cancelled = true;
          deadline = System.nanoTime() + GRACE.toNanos();
          cancelUnfinished();
          continue;
        }
        if (left <= 0 && cancelled && !cut) {
          cut = true;
          cutUnfinished();
        }
        try {
          wait(cut ? 0 : Math.max(1, left / 1_000_000));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (bug != null) {
      throw bug;
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void attempt(int index) {
    ShardCall call = calls.get(index);
    SQLException failed = null;
    RuntimeException unexpected = null;
    try {
      call.run();
    } catch (SQLException e) {
      failed = session.failed(call.held(), e);
    } catch (RuntimeException e) {
      unexpected = e;
    }
    synchronized (this) {
      done[index] = true;
      unfinished--;
      if (failed != null && failure == null) {
        failure = failed;
      }
      if (unexpected != null) {
        bug = unexpected;
      }
      notifyAll();
    }
  }

  private boolean failed() {
    return failure != null || bug != null;
  }

  private int firstUnfinished() {
    for (int i = 0; i < done.length; i++) {
      if (!done[i]) {
        return i;
      }
    }
    return 0;
  }

  /** In threads of their own: a cancel request waits for a server too. */
  private void cancelUnfinished() {
    for (int i = 0; i < done.length; i++) {
      if (!done[i]) {
        ShardCall call = calls.get(i);
        executor.execute(
            () -> {
              try {
                call.cancel();
              } catch (SQLException e) {
                // The grace period is for servers that cannot be told.
              }
            });
      }
    }
  }

  private void cutUnfinished() {
    for (int i = 0; i < done.length; i++) {
      if (!done[i]) {
        calls.get(i).cut();
      }
    }
  }
}
