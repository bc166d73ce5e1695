package io.shardjdbc.execute;

import java.sql.SQLException;
import java.util.List;

/** What a statement is running at the moment, so that another thread can cancel it. */
public final class Running {

  private volatile List<ShardCall> calls = List.of();

  void begin(List<ShardCall> started) {
    calls = started;
  }

  void end() {
    calls = List.of();
  }

  /** Cancels whatever runs, on every shard; does nothing where nothing runs. */
  public void cancel() throws SQLException {
    SQLException failure = null;
    for (ShardCall call : calls) {
      try {
        call.cancel();
      } catch (SQLException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
