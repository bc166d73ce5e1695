package io.shardjdbc;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads in which calls to several shards run.
 *
 * <p>No call waits for another's thread. There is no number to set, because each call has its
 * connection in hand before it gets a thread: the sizes of the connection pools bound both.
 */
final class ScatterThreads implements ThreadFactory {

  private static final Duration IDLE = Duration.ofSeconds(30);

  private final AtomicInteger count = new AtomicInteger();

  private ScatterThreads() {}

  static ExecutorService start() {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE.toMillis(),
        TimeUnit.MILLISECONDS,
        new SynchronousQueue<>(),
        new ScatterThreads());
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, "shardjdbc-scatter-" + count.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
