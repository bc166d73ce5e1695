package io.shardjdbc.session;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/** Whether what runs on a connection waits for a lock, as its server sees it. */
public final class LockWait {

  private static final String WAITS =
      "SELECT FROM pg_stat_activity WHERE pid = ? AND wait_event_type = 'Lock'";

  private LockWait() {}

  /** Asks beside the connection, which is busy. */
  public static boolean isOn(Held held) throws SQLException {
    int process = held.connection().unwrap(PGConnection.class).getBackendPID();
    return held.loan()
        .pool()
        .ask(
            aside -> {
              try (PreparedStatement statement = aside.prepareStatement(WAITS)) {
                statement.setInt(1, process);
                try (ResultSet rows = statement.executeQuery()) {
                  return rows.next();
                }
              }
            });
  }
}
