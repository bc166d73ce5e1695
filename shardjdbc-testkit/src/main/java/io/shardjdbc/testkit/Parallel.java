package io.shardjdbc.testkit;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Work on several servers at once. */
final class Parallel {

  private Parallel() {}

  /** What is done with each element. */
  @FunctionalInterface
  interface Action<T> {
    void run(T element) throws IOException, SQLException, InterruptedException;
  }

  /** Runs the action on all elements, one thread each; the first failure counts. */
  static <T> void each(Collection<? extends T> elements, Action<T> action)
      throws IOException, SQLException, InterruptedException {
    ExecutorService threads =
        Executors.newCachedThreadPool(
            runnable -> {
              Thread thread = new Thread(runnable, "testkit");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (T element : elements) {
        futures.add(
            threads.submit(
                () -> {
                  action.run(element);
                  return null;
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (ExecutionException e) {
      rethrow(e.getCause());
    } finally {
      threads.shutdownNow();
      // What they do must not go on behind the back of whoever cleans up after a failure.
      threads.awaitTermination(ClusterShard.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static void rethrow(@Nullable Throwable cause)
      throws IOException, SQLException, InterruptedException {
    if (cause instanceof IOException e) {
      throw e;
    } else if (cause instanceof SQLException e) {
      throw e;
    } else if (cause instanceof InterruptedException e) {
      throw e;
    } else if (cause instanceof Error e) {
      throw e;
    } else if (cause instanceof RuntimeException e) {
      throw e;
    }
    throw new IllegalStateException(cause);
  }
}
