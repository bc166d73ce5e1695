package io.shardjdbc;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.transaction.CommitObserver;
import java.sql.SQLException;
import java.util.List;

/** Opens DataSources whose two-phase commits are watched, which no product does. */
public final class ObservedDataSource {

  private ObservedDataSource() {}

  public static ShardDataSource open(Configuration configuration, CommitObserver observer)
      throws SQLException {
    return ShardDataSource.of(configuration, List.of(), observer);
  }
}
