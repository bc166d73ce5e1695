package io.shardjdbc.reshard.control;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Changes a table when its lock is to be had within a moment, and tries again otherwise, so that
 * nobody waits behind it for long.
 */
public final class ShortLocks {
  private static final Duration LOCK = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private ShortLocks() {}

  /** Whether it was done in time. */
  public static boolean run(Connection connection, String sql, Patience patience)
      throws SQLException {
    Sql.run(connection, "SELECT set_config('lock_timeout', ?, false)", LOCK.toMillis() + "ms");
    try {
      while (true) {
        try {
          Sql.run(connection, sql);
          return true;
        } catch (SQLException e) {
          if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
            throw e;
          }
          if (patience.isOver()) {
            return false;
          }
          Patience.pause(PAUSE);
        }
      }
    } finally {
      Sql.run(connection, "SET lock_timeout = 0");
    }
  }
}
