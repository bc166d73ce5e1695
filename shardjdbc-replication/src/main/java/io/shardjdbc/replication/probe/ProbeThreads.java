package io.shardjdbc.replication.probe;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which all nodes of all shards are probed; their number is fixed.
 *
 * <p>JDBC blocks, so a server that does not answer holds a thread until the time-out. To keep such
 * servers from delaying the others there are two lanes: nodes that answered last time are asked on
 * the prompt one, nodes that did not on the suspect one. A server that stops thus holds a prompt
 * thread once, for one time-out. Timing has a thread of its own that never waits for a server.
 */
public final class ProbeThreads implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService prompt;
  private final ExecutorService suspect;

  /**
   * Makes the executors; threads start when needed.
   *
   * @param prompt threads for nodes that answer
   * @param suspect threads for nodes that did not answer last time
   */
  public ProbeThreads(int prompt, int suspect) {
    this.timer = new ScheduledThreadPoolExecutor(1, named("timer"));
    this.timer.setRemoveOnCancelPolicy(true);
    this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.prompt = Executors.newFixedThreadPool(prompt, named("prompt"));
    this.suspect = Executors.newFixedThreadPool(suspect, named("suspect"));
  }

  /** Runs a task that neither blocks nor throws, again and again. */
  ScheduledFuture<?> every(long nanos, Runnable task) {
    return timer.scheduleWithFixedDelay(task, 0, nanos, TimeUnit.NANOSECONDS);
  }

  Executor timer() {
    return timer;
  }

  /** The lane for a node. */
  Executor lane(boolean suspected) {
    return suspected ? suspect : prompt;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    prompt.shutdownNow();
    suspect.shutdownNow();
  }

  private static ThreadFactory named(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "shardjdbc-probe-" + name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
