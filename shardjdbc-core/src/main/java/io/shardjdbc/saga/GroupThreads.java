package io.shardjdbc.saga;

import io.shardjdbc.saga.work.LetGoException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

/** Runs the steps of a group at the same time, as far as there are threads, and waits for all. */
final class GroupThreads {

  private final Executor threads;

  /**
   * @param threads runs a task in the caller's thread when it has no other, so that groups do not
   *     wait for each other
   */
  GroupThreads(Executor threads) {
    this.threads = threads;
  }

  /** What is done with each step. */
  @FunctionalInterface
  interface Each<S, T> {
    T step(Step<S> step) throws SQLException, StepFailedException, LetGoException;
  }

  /**
   * What the steps return, in their order.
   *
   * @throws LetGoException if any was let go of: what has failed beside it is found again
   * @throws StepFailedException the first one's, if any has failed
   */
  <S, T> List<T> all(List<Step<S>> group, Each<S, T> each)
      throws SQLException, StepFailedException, LetGoException {
    if (group.size() == 1) {
      return List.of(each.step(group.get(0)));
    }
    List<FutureTask<T>> tasks =
        group.stream().map(step -> new FutureTask<>(() -> each.step(step))).toList();
    tasks.subList(1, tasks.size()).forEach(threads::execute);
    tasks.get(0).run();
    List<T> results = new ArrayList<>(tasks.size());
    List<Throwable> failures = new ArrayList<>();
    for (FutureTask<T> task : tasks) {
      try {
        results.add(await(task));
      } catch (ExecutionException e) {
        failures.add(e.getCause());
      }
    }
    for (Throwable failure : failures) {
      if (failure instanceof LetGoException letGo) {
        throw letGo; // an interruption of one is no reason to undo the others
      }
    }
    for (Throwable failure : failures) {
      rethrow(failure);
    }
    return results;
  }

  /** All have to end before anything is undone, so an interruption waits. */
  private static <S> S await(FutureTask<S> task) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void rethrow(Throwable failure)
      throws SQLException, StepFailedException, LetGoException {
    if (failure instanceof SQLException sql) {
      throw sql;
    }
    if (failure instanceof StepFailedException failed) {
      throw failed;
    }
    throw new IllegalStateException(failure);
  }
}
