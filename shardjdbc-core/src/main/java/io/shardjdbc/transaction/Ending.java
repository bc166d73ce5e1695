package io.shardjdbc.transaction;

import io.shardjdbc.routing.ShardId;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One shard's part of a transaction that is decided, while the shard is told behind the caller's
 * back.
 *
 * <p>Whatever has to wait for that is given to it and run in order. It is over when the shard has
 * been told, or given up to recovery, and all of that has run. Thread-safe.
 */
public final class Ending {

  private final ShardId shard;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> afterwards = new ArrayDeque<>(4);
  private final CountDownLatch over = new CountDownLatch(1);

  Ending(ShardId shard) {
    this.shard = shard;
  }

  ShardId shard() {
    return shard;
  }

  /** Runs something as soon as the shard has been told: now, if it has been. */
  public void then(Runnable action) {
    lock.lock();
    try {
      if (over.getCount() > 0) {
        afterwards.add(action);
        return;
      }
    } finally {
      lock.unlock();
    }
    action.run();
  }

  /** Runs what has waited. */
  void told() {
    for (Runnable next = next(); next != null; next = next()) {
      next.run();
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      Runnable next = afterwards.poll();
      if (next == null) {
        over.countDown();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  CountDownLatch over() {
    return over;
  }
}
