package io.shardjdbc.execute;

import io.shardjdbc.session.Held;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Rows of a {@link LockingCursor}, which are all there when it has run. */
public final class FetchCall extends ShardCall {

  private final StatementOptions options;
  private final String sql;

  FetchCall(Held held, StatementOptions options, String sql) {
    super(held);
    this.options = options;
    this.sql = sql;
  }

  @Override
  boolean execute() throws SQLException {
    Statement statement =
        using(
            held()
                .connection()
                .createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY));
    if (options.maxFieldSize() != 0) {
      statement.setMaxFieldSize(options.maxFieldSize());
    }
    boolean rows = statement.execute(sql);
    while (!rows && statement.getUpdateCount() >= 0) {
      rows = statement.getMoreResults();
    }
    return rows;
  }

  @Override
  long changed() {
    return -1;
  }

  @Override
  Duration timeout() {
    return options.queryTimeout();
  }

  @Override
  boolean endsAlone() {
    return true;
  }
}
