package io.shardjdbc.execute;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** How calls get threads of their own. */
final class Threads {

  private Threads() {}

  /**
   * Runs something in a thread of its own. When the DataSource is closed meanwhile there is none,
   * and the caller does it: his connections are closed too, and that is what he is told.
   */
  static void start(Executor executor, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closing) {
      task.run();
    }
  }
}
