package io.shardjdbc.execute;

import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A read of one shard that is asked of a second replica when the first takes long; the first answer
 * counts, and the other one is cancelled and thrown away.
 *
 * <p>Whatever may wait for a server runs in a thread of its own: each of the two reads, the taking
 * of the second connection, and the cancelling. The caller's thread waits for the first answer and
 * for nothing else. A connection whose read is cancelled goes back to its pool when the read has
 * ended there and the request to cancel it has been taken, and not before, so that this cannot hit
 * what the next borrower runs.
 */
final class HedgedRead {

  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  private final Executor executor;
  private final Execution<DirectRoute> execution;
  private final Session session;
  private final List<ShardCall> calls = new ArrayList<>(2);
  private final List<ShardCall> failed = new ArrayList<>(2);
  private final List<ShardCall> ended = new ArrayList<>(2);
  private final List<ShardCall> cancelling = new ArrayList<>(2);
  private @Nullable ShardCall winner;
  private @Nullable SQLException failure;
  private @Nullable RuntimeException bug;
  private boolean over;

  HedgedRead(Executor executor, Execution<DirectRoute> execution) {
    this.executor = executor;
    this.execution = execution;
    this.session = execution.session();
  }

  /**
   * Runs it.
   *
   * @return the call that has answered; of the other nothing is left
   * @throws SQLException what the first call failed with, if none has answered; it is held still
   */
  ShardCall run(ShardCall first, Duration delay) throws SQLException {
    synchronized (this) {
      calls.add(first);
    }
    Threads.start(executor, () -> attempt(first));
    if (!await(delay)) {
      executor.execute(() -> hedge(first));
      await(null);
    }
    return finish(first);
  }

  /** Asks another replica, unless all is over by the time that a connection to one is there. */
  private void hedge(ShardCall first) {
    Optional<Held> other = session.hedges().another(first.held(), execution.route());
    if (other.isEmpty()) {
      return;
    }
    ShardCall second = execution.work().on(other.get(), execution.route().only(), 0);
    boolean late;
    synchronized (this) {
      late = over || !failed.isEmpty();
      if (!late) {
        calls.add(second);
        execution
            .running()
            .begin(List.of(first, second)); // before whoever runs it can say that it has ended
      }
    }
    if (late) {
      throwAway(second, null);
    } else {
      attempt(second);
    }
  }

  private void attempt(ShardCall call) {
    SQLException reported = null;
    RuntimeException unexpected = null;
    try {
      call.run(execution);
    } catch (SQLException e) {
      reported = e;
    } catch (RuntimeException e) {
      unexpected = e;
    }
    boolean late;
    synchronized (this) {
      awaitNoCancel(call);
      late = over;
      ended.add(call);
      if (!late && reported == null && unexpected == null && winner == null) {
        winner = call;
      } else if (!late) {
        failed.add(call);
        if (call == calls.get(0)) {
          failure = reported;
          bug = unexpected;
        }
      }
      notifyAll();
    }
    if (late) {
      throwAway(call, reported);
    }
  }

  /** Waits until a call has answered or all have failed; false if the time is over before. */
  @SuppressWarnings("WaitNotInLoop")
  private synchronized boolean await(@Nullable Duration time) {
    long end = time == null ? 0 : System.nanoTime() + time.toNanos();
    boolean interrupted = false;
    while (winner == null && failed.size() < calls.size()) {
      long left = time == null ? Long.MAX_VALUE : end - System.nanoTime();
      if (left <= 0) {
        break;
      }
      try {
        wait(time == null ? 0 : Math.max(1, left / 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true; // whoever runs a statement waits for its answer
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return winner != null || failed.size() == calls.size();
  }

  private ShardCall finish(ShardCall first) throws SQLException {
    ShardCall answered;
    List<ShardCall> others;
    List<ShardCall> done;
    synchronized (this) {
      over = true;
      answered = winner;
      ShardCall kept = answered != null ? answered : first;
      others = calls.stream().filter(call -> call != kept).toList();
      done = List.copyOf(failed);
    }
    for (ShardCall other : others) {
      session.hedges().detach(other.held());
      if (done.contains(other)) {
        throwAway(other, null);
      } else {
        cancel(other);
      }
    }
    if (answered != null) {
      return answered;
    }
    synchronized (this) {
      if (bug != null) {
        throw bug;
      }
      if (failure != null) {
        throw failure;
      }
      throw new IllegalStateException("no call has failed");
    }
  }

  /** In a thread of its own: a cancel request waits for a server, too. */
  private void cancel(ShardCall call) {
    executor.execute(() -> cancelUntilItEnds(call));
  }

  /**
   * A request to cancel does nothing to a statement that its server does not have yet, so once is
   * not enough; and the driver sends a second one for the connection alone. It must not come when
   * the connection serves others, so the call does not end while one is under way.
   */
  private void cancelUntilItEnds(ShardCall call) {
    long pause = 1;
    boolean again = false;
    while (beginCancel(call)) {
      try {
        if (again) {
          call.cancelAgain();
        } else {
          call.cancel();
        }
      } catch (SQLException e) {
        // The request is repeated, until the server is found to be silent and the call is cut.
      } finally {
        endCancel(call);
      }
      again = true;
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      if (awaitEnd(call, pause)) {
        return;
      }
    }
  }

  private synchronized boolean beginCancel(ShardCall call) {
    return !ended.contains(call) && cancelling.add(call);
  }

  private synchronized void endCancel(ShardCall call) {
    cancelling.remove(call);
    notifyAll();
  }

  /** Is as long as a request to cancel may take at most. */
  private synchronized void awaitNoCancel(ShardCall call) {
    boolean interrupted = false;
    while (cancelling.contains(call)) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean awaitEnd(ShardCall call, long millis) {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!ended.contains(call)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true; // the DataSource is being closed, and its connections with it
      }
    }
    return true;
  }

  private void throwAway(ShardCall call, @Nullable SQLException reported) {
    if (reported != null) {
      session.failed(call.held(), reported);
    }
    call.close();
    session.hedges().detach(call.held());
    session.hedges().dispose(call.held());
  }
}
