package io.shardjdbc.replication.watch;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The current {@link ShardView}: read without a lock, and waited for with one. */
public final class ViewCell {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private volatile ShardView view;

  public ViewCell(ShardView first) {
    this.view = first;
  }

  public ShardView get() {
    return view;
  }

  public void publish(ShardView next) {
    view = next;
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until the view is another one than that which the caller has seen, or the time is over.
   *
   * @return false if the thread was interrupted; it stays so
   */
  @SuppressWarnings("ReferenceEquality") // Another view, even one that says the same, is news.
  public boolean await(ShardView seen, long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (view == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something is so that changes with the view, or the time is over, or the thread is
   * interrupted.
   *
   * @param clock the time, in nanoseconds
   * @return whether it is so
   */
  public boolean await(BooleanSupplier isSo, long nanos, LongSupplier clock) {
    long until = clock.getAsLong() + nanos;
    ShardView seen = get();
    while (!isSo.getAsBoolean()) {
      long left = until - clock.getAsLong();
      if (left <= 0 || !await(seen, left)) {
        return isSo.getAsBoolean();
      }
      seen = get();
    }
    return true;
  }
}
