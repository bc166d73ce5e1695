package io.shardjdbc.saga.work;

import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few threads that run tasks again and again.
 *
 * <p>A task survives whatever it throws. When the DataSource turns out to be closed, nothing runs
 * any more.
 */
public final class Timers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Timers.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration END = Duration.ofSeconds(60);

  private final ScheduledThreadPoolExecutor threads;

  /** Something to do that may fail. */
  @FunctionalInterface
  public interface Task {
    void run() throws Exception;
  }

  /** Something to do on one shard that may fail. */
  @FunctionalInterface
  public interface ShardTask {
    void run(ShardId shard) throws Exception;

    /** Does it where the shard is one of these still. */
    default void on(ShardId shard, List<ShardId> shards) throws Exception {
      if (shards.contains(shard)) {
        run(shard);
      }
    }
  }

  public Timers(int number, OwnThreads own) {
    this.threads = new ScheduledThreadPoolExecutor(number, own);
    threads.setRemoveOnCancelPolicy(true);
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs a task again and again, with pauses. */
  public void every(Duration pause, Task task) {
    long millis = Math.max(1, pause.toMillis());
    var unused =
        threads.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Runs a task for each shard, again and again; for one that joins later too. */
  public void onEach(Supplier<List<ShardId>> shards, Duration pause, ShardTask task) {
    Set<ShardId> known = new HashSet<>();
    Task start =
        () -> {
          for (ShardId shard : shards.get()) {
            if (known.add(shard)) {
              every(pause, () -> task.on(shard, shards.get()));
            }
          }
        };
    guarded(start).run();
    every(LOOK, start);
  }

  /** Runs a task once, beside the caller. */
  public void soon(Task task) {
    if (!threads.isShutdown()) {
      threads.execute(guarded(task));
    }
  }

  /** A task that tells of a failure once until it succeeds again. */
  public Runnable guarded(Task task) {
    AtomicBoolean failing = new AtomicBoolean();
    return () -> {
      try {
        task.run();
        failing.set(false);
      } catch (Throwable e) {
        if (e instanceof SQLException sql && CodedError.is(sql, ErrorCode.CLOSED)) {
          threads.shutdown(); // there is nothing to look after any more
        } else if (!failing.getAndSet(true)) {
          LOG.warn("in the background: {}", StepFailures.words(e));
        } else {
          LOG.debug("in the background: {}", StepFailures.words(e));
        }
      }
    };
  }

  /** Begins nothing more; what runs goes on. */
  public void shutdown() {
    threads.shutdown();
  }

  /** Begins nothing more, and waits for what runs. */
  @Override
  public void close() {
    shutdown();
    await(threads);
  }

  /**
   * Waits for the end of threads that were shut down, unless this is one of them or of their kin;
   * an interruption ends the wait, and stays.
   */
  public static void await(ThreadPoolExecutor ending) {
    if (ending.getThreadFactory() instanceof OwnThreads own && own.isCurrent()) {
      return;
    }
    try {
      ending.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
