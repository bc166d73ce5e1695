package io.shardjdbc.reshard.guard;

import io.shardjdbc.reshard.control.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/**
 * Keeps tables whose rows move from being altered or dropped, whoever tries: a stream stops where
 * its two sides have other columns.
 *
 * <p>It is an event trigger of the database, which only a superuser may create. Where the mover is
 * none, nothing keeps people from it.
 */
public final class ShapeGuard {
  private static final String NOT_ALLOWED = "42501";
  private static final String IS_THERE =
      "SELECT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = ?)";

  private static final String ALTERED = "shardjdbc_altered";
  private static final String DROPPED = "shardjdbc_dropped";

  private ShapeGuard() {}

  /**
   * Puts it up; what is there is left alone.
   *
   * @return false if the mover may not
   */
  public static boolean install(Connection connection) throws SQLException {
    // A new partition has the row guard of its table, and no guard against TRUNCATE.
    return create(
            connection, ALTERED, "ddl_command_end WHEN TAG IN ('ALTER TABLE', 'CREATE TABLE')")
        && create(connection, DROPPED, "sql_drop");
  }

  private static boolean create(Connection connection, String name, String when)
      throws SQLException {
    if (Sql.isTrue(connection, IS_THERE, name)) {
      return true;
    }
    try {
      Sql.run(
          connection,
          "CREATE EVENT TRIGGER "
              + name
              + " ON "
              + when
              + " EXECUTE FUNCTION shardjdbc.keep_shape()");
      return true;
    } catch (SQLException e) {
      if (NOT_ALLOWED.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  /** Takes it away, unless a superuser has put it up for somebody who is none. */
  public static void remove(Connection connection) throws SQLException {
    for (String name : Set.of(ALTERED, DROPPED)) {
      if (Sql.isTrue(connection, IS_THERE, name)) {
        Sql.run(connection, "DROP EVENT TRIGGER " + name);
      }
    }
  }
}
