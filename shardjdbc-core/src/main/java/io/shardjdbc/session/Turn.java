package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is with a session: the one who works with it, or the one who closes it.
 *
 * <p>A session may be closed by another thread while a statement or a commit runs. If the closer
 * rolled back and gave connections away meanwhile, the next statement would run on a connection
 * that is somebody else's, in no transaction, and a commit would commit what is left. So whatever
 * runs is a piece of work that runs to its end, and the close comes before it or behind it: then
 * the worker does what there is to do, whether or not the closer still waits. What begins after the
 * close is refused. All of a transaction stands therefore, or nothing, and the worker is told
 * which.
 *
 * <p>Pieces of work may nest. Thread-safe.
 */
public final class Turn {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Condition idle;
  private final Runnable whenClosed;
  private int work;
  private volatile @Nullable Thread worker;
  private boolean pending;
  private volatile boolean closed;

  /**
   * @param whenClosed is run once, when the session is closed and nothing works with it
   */
  Turn(Runnable whenClosed) {
    this.whenClosed = whenClosed;
  }

  boolean isClosed() {
    return closed;
  }

  /** Refuses what is not part of work that has begun before the close. */
  void requireOpen() throws SQLException {
    if (closed && worker != Thread.currentThread()) {
      throw SqlErrors.closed("the connection");
    }
  }

  /** Something that is done with the session. */
  interface Work {
    void run() throws SQLException;
  }

  /** Does something as a piece of work. */
  void with(Work what) throws SQLException {
    begin();
    try {
      what.run();
    } finally {
      end();
    }
  }

  /** Begins a piece of work, unless the session is closed. */
  public void begin() throws SQLException {
    if (!tryToBegin()) {
      throw SqlErrors.closed("the connection");
    }
  }

  /** Begins a piece of work, if the session is not closed. */
  public boolean tryToBegin() {
    lock.lock();
    try {
      if (closed && worker != Thread.currentThread()) {
        return false;
      }
      work++;
      worker = Thread.currentThread();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a piece of work. */
  public void end() {
    boolean last;
    lock.lock();
    try {
      work--;
      last = work == 0 && pending;
      if (work == 0 && !last) {
        worker = null;
      }
    } finally {
      lock.unlock();
    }
    if (last) {
      finish();
    }
  }

  /** Closes now, or when what runs has ended; waits for that a moment, unless it is its own. */
  void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      pending = true;
      if (work > 0 && !Fence.TURNS.isOut()) {
        awaitIdle();
        return;
      }
    } finally {
      lock.unlock();
    }
    finish();
  }

  /** Refuses what comes from now on, without a word to whoever works. */
  void shut() {
    closed = true;
  }

  private void finish() {
    try {
      whenClosed.run();
    } finally {
      lock.lock();
      try {
        pending = false;
        worker = null;
        if (idle != null) {
          idle.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void awaitIdle() {
    if (worker == Thread.currentThread()) {
      return;
    }
    long left = PATIENCE.toNanos();
    Condition waiting = lock.newCondition();
    idle = waiting;
    try {
      while (pending && left > 0) {
        left = waiting.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the worker closes it
    }
  }
}
