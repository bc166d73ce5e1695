package io.shardjdbc.transaction;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that run at the same time: the last one in the caller's thread, the others in an executor.
 *
 * <p>Each talks to one server under a network time-out, so all of them end, and the caller waits
 * for that whatever happens: nobody may use a connection that another thread still works with.
 */
public final class AtOnce {

  private final Executor executor;
  private final List<Task> tasks = new ArrayList<>(4);

  /** What is done with one server. */
  @FunctionalInterface
  public interface Task {
    void run() throws SQLException;
  }

  public AtOnce(Executor executor) {
    this.executor = executor;
  }

  public AtOnce add(Task task) {
    tasks.add(task);
    return this;
  }

  /** Runs them all and returns the first failure in the order in which they were added. */
  public @Nullable Throwable run() {
    Throwable[] failures = new Throwable[tasks.size()];
    CountDownLatch others = new CountDownLatch(Math.max(0, tasks.size() - 1));
    for (int i = 0; i < tasks.size() - 1; i++) {
      int index = i;
      Runnable run =
          () -> {
            failures[index] = failureOf(tasks.get(index));
            others.countDown();
          };
      try {
        executor.execute(run);
      } catch (RejectedExecutionException closing) {
        run.run();
      }
    }
    if (!tasks.isEmpty()) {
      failures[tasks.size() - 1] = failureOf(tasks.get(tasks.size() - 1));
    }
    await(others);
    for (Throwable failure : failures) {
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  private static @Nullable Throwable failureOf(Task task) {
    try {
      task.run();
      return null;
    } catch (SQLException | RuntimeException | Error e) {
      return e;
    }
  }

  /** Waits as long as it takes, whoever interrupts. */
  static void await(CountDownLatch others) {
    boolean interrupted = false;
    while (true) {
      try {
        others.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
