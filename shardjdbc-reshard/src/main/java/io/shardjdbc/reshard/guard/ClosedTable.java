package io.shardjdbc.reshard.guard;

import io.shardjdbc.reshard.control.Patience;
import io.shardjdbc.reshard.control.ShortLocks;
import io.shardjdbc.reshard.control.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A table that nobody writes to for a while: a trigger refuses each statement that would, as if its
 * rows were elsewhere, so that processes begin anew by the next map.
 *
 * @param sql its name with its schema, quoted
 */
public record ClosedTable(String sql) {
  private static final String TRIGGER = "\"~shardjdbc_closed\"";

  /** What is closed on a server, by name. */
  public static List<String> on(Connection connection) throws SQLException {
    return Sql.rows(
        connection,
        row -> row.getString(1),
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE quote_ident(tgname) = ? ORDER BY 1",
        TRIGGER);
  }

  /**
   * Closes it for what changes its rows; waits for writers that are under way, prepared ones too.
   *
   * @return false if it did not come to its lock in time
   */
  public boolean close(Connection connection, String events, Duration allowed) throws SQLException {
    return isClosed(connection)
        || ShortLocks.run(
            connection,
            "CREATE TRIGGER "
                + TRIGGER
                + " BEFORE "
                + events
                + " ON "
                + sql
                + " FOR EACH STATEMENT EXECUTE FUNCTION shardjdbc.elsewhere()",
            Patience.of(allowed));
  }

  /** Whether it was opened in time, or was open. */
  public boolean open(Connection connection, Duration allowed) throws SQLException {
    return !isClosed(connection)
        || ShortLocks.run(
            connection, "DROP TRIGGER IF EXISTS " + TRIGGER + " ON " + sql, Patience.of(allowed));
  }

  private boolean isClosed(Connection connection) throws SQLException {
    return Sql.isTrue(
        connection,
        "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(?)"
            + " AND quote_ident(tgname) = ?)",
        sql,
        TRIGGER);
  }
}
