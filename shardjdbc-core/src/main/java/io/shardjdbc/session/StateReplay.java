package io.shardjdbc.session;

import io.shardjdbc.pool.PhysicalConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Brings a physical connection into a session's state.
 *
 * <p>The state stays on a connection that goes back to its pool, because the next borrower mostly
 * wants the same one. Nothing leaks: whoever borrows brings the connection into its own state
 * before the first statement, and what is already right costs nothing to check.
 */
final class StateReplay {

  /** Of a connection about whose state nothing is known, as after a rollback. */
  static final Object UNKNOWN = new Object();

  private static final String RESET = "RESET SESSION AUTHORIZATION; RESET ALL";

  private StateReplay() {}

  /** Leaves the connection in this state; it must not be in a transaction. */
  static void bring(PhysicalConnection physical, SessionState wanted) throws SQLException {
    Object noted = physical.sessionState();
    SessionState present =
        noted == null
            ? SessionState.DEFAULT
            : noted instanceof SessionState known ? known : SessionState.DEFAULT;
    if (noted != UNKNOWN && present.equals(wanted)) {
      return;
    }
    physical.sessionState(UNKNOWN);
    String sql = difference(noted == UNKNOWN, present.settings(), wanted.settings());
    Connection driver = physical.driver();
    if (!sql.isEmpty()) {
      try (Statement statement = driver.createStatement()) {
        statement.execute(sql);
      }
    }
    driver.setReadOnly(wanted.readOnly());
    driver.setNetworkTimeout(Runnable::run, wanted.networkTimeoutMillis());
    physical.sessionState(wanted);
  }

  private static String difference(
      boolean unknown, Map<String, String> present, Map<String, String> wanted) {
    StringJoiner sql = new StringJoiner("; ");
    boolean reset = unknown || !wanted.entrySet().containsAll(present.entrySet());
    if (reset) {
      sql.add(RESET);
    }
    for (Map.Entry<String, String> setting : wanted.entrySet()) {
      if (reset || !present.containsKey(setting.getKey())) {
        sql.add(setting.getValue());
      }
    }
    return sql.toString();
  }
}
