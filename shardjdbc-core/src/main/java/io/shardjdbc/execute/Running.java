package io.shardjdbc.execute;

import java.sql.SQLException;
import java.util.List;

/** What a statement is running at the moment, so that another thread can cancel it. */
public final class Running {

  private volatile List<ShardCall> running = List.of();

  void begin(List<ShardCall> started) {
    running = started;
  }

  /** Nothing runs any more. */
  public void end() {
    running = List.of();
  }

  /** Cancels whatever runs, on every shard; does nothing where nothing runs. */
  public void cancel() throws SQLException {
    List<ShardCall> calls = running;
    if (calls.isEmpty()) {
      return;
    }
    SQLException failure = null;
    for (ShardCall part : calls) {
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
