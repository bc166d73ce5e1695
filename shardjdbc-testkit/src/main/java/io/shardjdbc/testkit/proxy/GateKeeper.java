package io.shardjdbc.testkit.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Holds the current gate, and the threads that wait for it to let their data through. */
final class GateKeeper {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Valve gate = Valve.open();
  private volatile @Nullable MessageFaults faults;

  /** What becomes of the messages of connections that are made from now on; null for data alone. */
  void faults(@Nullable MessageFaults next) {
    faults = next;
  }

  @Nullable MessageFaults faults() {
    return faults;
  }

  void set(Valve next) {
    lock.lock();
    try {
      gate = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean resets() {
    lock.lock();
    try {
      return gate.resets();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes the waiting threads, so that those of a connection that was cut can end. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until data that has just arrived may go on.
   *
   * @param cut whether the connection is gone, and there is nothing to wait for
   */
  void await(Valve.Direction direction, BooleanSupplier cut) throws InterruptedException {
    long arrived = System.nanoTime();
    lock.lockInterruptibly();
    try {
      while (!cut.getAsBoolean()) {
        long left = gate.delay().toNanos() - (System.nanoTime() - arrived);
        if (!gate.lets(direction)) {
          changed.await();
        } else if (left > 0) {
          changed.await(left, TimeUnit.NANOSECONDS);
        } else {
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
