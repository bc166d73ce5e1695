package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A session that deletes copies past the guard.
 *
 * <p>The rows live on elsewhere, so neither triggers nor foreign keys' actions nor readers of the
 * log should see them die: it works in the role of replication and under an origin of its own,
 * where it has the rights to do so and the server has origins.
 */
final class CleanSession implements AutoCloseable {
  private static final String NOT_ALLOWED = "42501";

  /** Before PostgreSQL 18 a server without replication slots has no origins either. */
  private static final String NOT_POSSIBLE = "55000";

  private final Connection connection;
  private final String origin;
  private final int move;
  private boolean hasOrigin;

  private CleanSession(Connection connection, Work work) {
    this.connection = connection;
    this.origin = work.forward().name();
    this.move = work.id();
  }

  static CleanSession on(Connection connection, Work work) throws SQLException {
    CleanSession session = new CleanSession(connection, work);
    asReplica(connection);
    String oid = "pg_replication_origin_oid('" + session.origin + "')";
    boolean made =
        ifAllowed(
            connection,
            "SELECT pg_replication_origin_create('"
                + session.origin
                + "') WHERE "
                + oid
                + " IS NULL");
    session.hasOrigin =
        made
            && ifAllowed(
                connection, "SELECT pg_replication_origin_session_setup('" + session.origin + "')");
    if (made && !session.hasOrigin) {
      ifAllowed(
          connection,
          "SELECT pg_replication_origin_drop('"
              + session.origin
              + "') WHERE "
              + oid
              + " IS NOT NULL");
    }
    return session;
  }

  /** Deletes some rows; how many. */
  int delete(MovedTable table, Positions positions, int most) throws SQLException {
    connection.setAutoCommit(false);
    Sql.text(connection, "SELECT set_config('shardjdbc.m" + move + "', 'ok', true)");
    int deleted =
        Sql.run(
            connection,
            "DELETE FROM "
                + table.sql()
                + " WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM "
                + table.sql()
                + " WHERE "
                + table.in(positions)
                + " LIMIT "
                + most
                + ")");
    connection.commit();
    connection.setAutoCommit(true);
    return deleted;
  }

  /**
   * Lets a session write what triggers and foreign keys have seen elsewhere, if it may; whether it
   * may.
   */
  static boolean asReplica(Connection connection) throws SQLException {
    return ifAllowed(connection, "SET session_replication_role = replica");
  }

  private static boolean ifAllowed(Connection connection, String sql) throws SQLException {
    try {
      Sql.run(connection, sql);
      return true;
    } catch (SQLException e) {
      if (NOT_ALLOWED.equals(e.getSQLState()) || NOT_POSSIBLE.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    if (hasOrigin) {
      Sql.run(connection, "SELECT pg_replication_origin_session_reset()");
      Sql.run(connection, "SELECT pg_replication_origin_drop('" + origin + "')");
    }
  }
}
