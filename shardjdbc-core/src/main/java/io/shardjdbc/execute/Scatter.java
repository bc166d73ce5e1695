package io.shardjdbc.execute;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.outcome.UnknownOutcomeException;
import io.shardjdbc.session.LockWait;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Calls that run on several shards at once, under one deadline.
 *
 * <p>Each call runs in a thread of the executor while the caller's thread watches the clock. When a
 * call fails or the deadline passes, the others are cancelled; a server that does not even react to
 * that within a grace period has its connection cut, so that the caller always returns.
 */
final class Scatter {

  /** A cancel request costs a server a process, and whoever sends it a connection. */
  private static final Duration ABOUT_TO_END = Duration.ofMillis(10);

  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration LOCK_PATIENCE = Duration.ofMillis(250);

  private final Executor executor;
  private final Execution<?> execution;
  private final Session session;
  private final List<ShardCall> calls;
  private final Manner manner;
  private final boolean[] done;
  private final List<Missing> missing = new ArrayList<>();
  private final AtomicBoolean checksLocks = new AtomicBoolean();
  private int unfinished;
  private @Nullable SQLException failure;
  private @Nullable RuntimeException bug;

  /** What is to be made of calls that wait, or have no answer. */
  enum Manner {
    /** All have to answer. */
    PLAIN,
    /** All have to answer, and calls that wait for locks are to be noticed. */
    WATCHING_LOCKS,
    /** Calls without an answer are no failure, as long as there is another. */
    TOLERANT
  }

  Scatter(Executor executor, Execution<?> execution, List<ShardCall> calls, Manner manner) {
    this.executor = executor;
    this.execution = execution;
    this.session = execution.session();
    this.calls = calls;
    this.manner = manner;
    this.done = new boolean[calls.size()];
    this.unfinished = calls.size();
  }

  /**
   * Runs them all, and returns when none runs any more.
   *
   * @throws LockWaitException if the calls watch locks and may block each other; they are cancelled
   *     then
   */
  void run(Duration timeout) throws SQLException {
    for (int i = 0; i < calls.size(); i++) {
      int index = i;
      Threads.start(executor, () -> attempt(index));
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    long lockCheck =
        manner == Manner.WATCHING_LOCKS ? System.nanoTime() + LOCK_PATIENCE.toNanos() : deadline;
    boolean interrupted = false;
    while (!awaitUntil(Math.min(deadline, lockCheck))) {
      interrupted |= Thread.interrupted();
      if (isOver()) {
        break;
      }
      if (System.nanoTime() - deadline >= 0) {
        expire(timeout);
        break;
      }
      if (System.nanoTime() - lockCheck >= 0) {
        lockCheck = System.nanoTime() + LOCK_PATIENCE.toNanos();
        checkLocks();
      }
    }
    if (failed() || !allDone()) {
      interrupted |= end();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    throwFailure();
  }

  /**
   * Stops what still runs: by waiting a moment, politely, and after a grace period by cutting
   * connections.
   */
  private boolean end() {
    boolean interrupted = false;
    long patience = System.nanoTime() + ABOUT_TO_END.toNanos();
    while (!awaitUntil(patience) && System.nanoTime() - patience < 0) {
      interrupted |= Thread.interrupted();
    }
    cancelUnfinished();
    long deadline = System.nanoTime() + GRACE.toNanos();
    boolean cut = false;
    while (!allDone()) {
      interrupted |= Thread.interrupted();
      if (!awaitUntil(cut ? System.nanoTime() + GRACE.toNanos() : deadline)
          && !cut
          && System.nanoTime() - deadline >= 0) {
        cut = true;
        cutUnfinished();
      }
    }
    return interrupted;
  }

  /** Waits for a change; true when all calls are done. */
  @SuppressWarnings("WaitNotInLoop") // its callers loop
  private synchronized boolean awaitUntil(long deadline) {
    long left = deadline - System.nanoTime();
    if (unfinished > 0 && left > 0) {
      try {
        wait(Math.max(1, left / 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // whoever asks next sees it, and clears it to go on
      }
    }
    return unfinished == 0;
  }

  private synchronized boolean allDone() {
    return unfinished == 0;
  }

  private synchronized boolean isOver() {
    return unfinished == 0 || failed();
  }

  private synchronized boolean failed() {
    return failure != null || bug != null;
  }

  private synchronized void fail(SQLException e) {
    if (failure == null) {
      failure = e;
    }
  }

  /** The deadline has passed: those that have not answered will not do so. */
  private synchronized void expire(Duration timeout) {
    if (manner != Manner.TOLERANT || unfinished == done.length) {
      fail(calls.get(firstUnfinished()).timedOut(null, timeout));
      return;
    }
    for (int i = 0; i < done.length; i++) {
      if (!done[i]) {
        missing.add(new Missing(calls.get(i).shard(), calls.get(i).timedOut(null, timeout)));
      }
    }
  }

  private boolean isMissing(ShardCall call) {
    return missing.stream().anyMatch(m -> m.shard().equals(call.shard()));
  }

  /** The calls that nothing came of; only a tolerant scatter has any. */
  synchronized List<Missing> missing() {
    return List.copyOf(missing);
  }

  private synchronized void throwFailure() throws SQLException {
    if (bug != null) {
      throw bug;
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * In a thread of its own, since a server may be slow to say so: the caller's watches the clock.
   */
  private void checkLocks() {
    if (checksLocks.compareAndSet(false, true)) {
      try {
        executor.execute(this::checkLocksNow);
      } catch (RejectedExecutionException e) {
        // The DataSource is being closed, and with it the connections of the calls.
      }
    }
  }

  private void checkLocksNow() {
    try {
      if (isBlocked()) {
        block();
      }
    } finally {
      checksLocks.set(false);
    }
  }

  private synchronized void block() {
    if (unfinished > 0 && !failed()) {
      failure = new LockWaitException();
      notifyAll();
    }
  }

  /**
   * Whether some call waits for a lock while another holds what it has written: two such statements
   * may wait for each other, on different servers, where none of these can see it.
   */
  private boolean isBlocked() {
    for (int i = 0; i < calls.size(); i++) {
      try {
        if (!isDone(i) && LockWait.isOn(calls.get(i).held())) {
          return true;
        }
      } catch (SQLException e) {
        // Not known; the deadline is there for the rest.
      }
    }
    return false;
  }

  private synchronized boolean isDone(int index) {
    return done[index];
  }

  private void attempt(int index) {
    ShardCall call = calls.get(index);
    SQLException failed = null;
    RuntimeException unexpected = null;
    try {
      call.run(execution);
    } catch (SQLException e) {
      failed = session.failed(call.held(), e);
    } catch (RuntimeException e) {
      unexpected = e;
    }
    synchronized (this) {
      done[index] = true;
      unfinished--;
      if (failed != null && isMissing(call)) {
        failed = null; // it was given up before
      }
      if (failed != null && manner == Manner.TOLERANT && SqlErrors.isNoAnswer(failed)) {
        missing.add(new Missing(call.shard(), failed));
      } else if (failed != null && (failure == null || failed instanceof UnknownOutcomeException)) {
        failure = failed;
      }
      if (unexpected != null) {
        bug = unexpected;
      }
      if (isOver()) {
        notifyAll(); // whoever waits has nothing to do before
      }
    }
  }

  private synchronized int firstUnfinished() {
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
      if (!isDone(i)) {
        ShardCall call = calls.get(i);
        Threads.start(
            executor,
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

  /**
   * Cuts connections, and then asks their servers once more to stop: the first request is lost on a
   * server that had not read the statement yet, and would run it for nobody.
   */
  private void cutUnfinished() {
    for (int i = 0; i < done.length; i++) {
      if (!isDone(i)) {
        ShardCall call = calls.get(i);
        call.cut();
        Threads.start(executor, call.held()::cancelAbandoned);
      }
    }
  }
}
