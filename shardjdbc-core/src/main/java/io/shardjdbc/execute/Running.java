package io.shardjdbc.execute;

import java.sql.SQLException;
import java.util.List;

/** What a statement is running at the moment, so that another thread can cancel it. */
public final class Running {

  /** What can be asked to stop. */
  @FunctionalInterface
  public interface Stoppable {
    void cancel() throws SQLException;
  }

  private volatile List<? extends Stoppable> running = List.of();

  void begin(List<ShardCall> started) {
    running = started;
  }

  /** Notes work that is no call, until {@link #end}. */
  public void begin(Stoppable work) {
    running = List.of(work);
  }

  /** Nothing runs any more. */
  public void end() {
    running = List.of();
  }

  /** Cancels whatever runs, on every shard; does nothing where nothing runs. */
  public void cancel() throws SQLException {
    SQLException failure = null;
    for (Stoppable part : running) {
      try {
        part.cancel();
      } catch (SQLException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
