package io.shardjdbc.transaction;

import io.shardjdbc.pool.NodePool;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Has a primary write out its log, so that replicas get all of it.
 *
 * <p>A replica gets what is written out. What an open transaction has logged may wait for that
 * until its commit, or for the fifth of a second after which the server does it by itself. A commit
 * of one's own writes out all that is in front of it: that of a lock on a row, which changes
 * nothing and is in no logical stream.
 *
 * <p>Its connection is kept for the next time. Not thread-safe.
 */
public final class LogFlush implements AutoCloseable {

  private static final String SETTINGS =
      "SET synchronous_commit = local; SET lock_timeout = '10ms'; SET statement_timeout = 0;"
          + " SET default_transaction_isolation = 'read committed';"
          + " SET application_name = 'shardjdbc snapshot'";

  private static final String LOCK = "SELECT FROM shardjdbc.store FOR KEY SHARE";
  private static final String NOT_ALLOWED = "42501";

  private final Duration patience;
  private @Nullable NodePool node;
  private @Nullable Connection connection;
  private boolean hasStore;
  private boolean mayLock;

  /**
   * @param patience for what a server answers at once if it answers at all
   */
  public LogFlush(Duration patience) {
    this.patience = patience;
  }

  /** Has this primary do it, if it lets us; else it does it by itself a little later. */
  public void on(NodePool primary) {
    try (Statement statement = open(primary).createStatement()) {
      if (mayLock && has(statement)) {
        statement.execute(LOCK);
      }
    } catch (SQLException e) {
      if (NOT_ALLOWED.equals(e.getSQLState())) {
        mayLock = false;
      } else {
        close();
      }
    }
  }

  /** A shard has the row from its first decision on. */
  private boolean has(Statement statement) throws SQLException {
    if (!hasStore) {
      try (ResultSet row = statement.executeQuery(DecisionTable.HAS_STORE)) {
        hasStore = row.next() && row.getBoolean(1);
      }
    }
    return hasStore;
  }

  private Connection open(NodePool primary) throws SQLException {
    Connection open = connection;
    if (open != null && node == primary && !open.isClosed()) {
      return open;
    }
    close();
    Connection fresh = primary.openKept();
    connection = fresh;
    node = primary;
    hasStore = false;
    mayLock = true;
    fresh.setNetworkTimeout(Runnable::run, (int) patience.toMillis());
    try (Statement statement = fresh.createStatement()) {
      statement.execute(SETTINGS);
    }
    return fresh;
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    node = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // It is gone either way.
      }
    }
  }
}
