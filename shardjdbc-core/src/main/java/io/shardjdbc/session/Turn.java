package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is with a session: one thread at a time, and at last the one that closes it.
 *
 * <p>A statement is many exchanges with several servers. If another thread ended the transaction
 * between them, as a transaction manager does whose patience is over, one shard's part would stand
 * and the next one's come too late. If it closed the session and gave connections away, the next
 * exchange would run on a connection that is somebody else's. So whatever runs is a piece of work
 * that runs to its end, and others wait for it, as they would for the one connection of a driver.
 * All of a statement belongs to one transaction therefore; all of a transaction stands, or nothing.
 *
 * <p>A close waits a moment only. Then the worker does what there is to do, whether or not the
 * closer still waits, and what begins after the close is refused.
 *
 * <p>Pieces of work may nest. Threads take turns in the order in which they came. Thread-safe.
 */
public final class Turn {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ReentrantLock lock = new ReentrantLock(true);
  private final AtomicBoolean pending = new AtomicBoolean();
  private final Runnable whenClosed;
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

  /** Whether it is this thread's turn. */
  boolean isHere() {
    return lock.isHeldByCurrentThread();
  }

  /** Refuses what is not part of work that has begun before the close. */
  void requireOpen() throws SQLException {
    if (closed && !isHere()) {
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

  /** Begins a piece of work, if the session is not closed, when it is this thread's turn. */
  public boolean tryToBegin() {
    if (closed && !isHere()) {
      return false;
    }
    lock.lock();
    if (closed && lock.getHoldCount() == 1) { // meanwhile
      end();
      return false;
    }
    return true;
  }

  /** Ends a piece of work. */
  public void end() {
    try {
      if (closed && lock.getHoldCount() == 1) {
        finish();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes now, or when what runs has ended; waits for that a moment, unless it is its own. */
  void close() {
    synchronized (pending) {
      if (closed) {
        return;
      }
      pending.set(true);
      closed = true;
    }
    if (Fence.TURNS.isOut()) {
      finish();
    } else if (!lock.isHeldByCurrentThread() && isFree()) {
      end();
    }
  }

  /** Refuses what comes from now on, without a word to whoever works. */
  void shut() {
    closed = true;
  }

  private void finish() {
    if (pending.getAndSet(false)) {
      whenClosed.run();
    }
  }

  /** Takes the last turn, if that can be had soon; else whoever works closes the session. */
  private boolean isFree() {
    try {
      return lock.tryLock() || lock.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
