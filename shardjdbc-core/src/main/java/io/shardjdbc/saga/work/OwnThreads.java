package io.shardjdbc.saga.work;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that somebody has made, who can tell them from others: a caller's code that runs in
 * one and closes what it belongs to must not wait for its own end.
 */
public final class OwnThreads implements ThreadFactory {

  private final String name;
  private final Object owner;
  private final AtomicInteger count = new AtomicInteger();

  /**
   * @param owner whose they are; those of one owner are kin
   */
  public OwnThreads(String name, Object owner) {
    this.name = name;
    this.owner = owner;
  }

  private static final class Owned extends Thread {
    private final Object owner;

    Owned(Runnable task, String name, Object owner) {
      super(task, name);
      this.owner = owner;
    }
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Owned(task, name + "-" + count.incrementAndGet(), owner);
    thread.setDaemon(true);
    return thread;
  }

  /** Whether this thread is one of its owner's. */
  public boolean isCurrent() {
    return isCurrent(owner);
  }

  public static boolean isCurrent(Object owner) {
    return Thread.currentThread() instanceof Owned owned && owned.owner == owner;
  }
}
