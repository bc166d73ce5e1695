package io.shardjdbc.replication.probe;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Where a server stands in the history, asked over a connection of somebody else.
 *
 * @param timeline the timeline that it writes or follows
 * @param position the end of the last record written or replayed
 */
public record PrimaryPosition(int timeline, long position) {

  /** Asks; one round trip. */
  public static PrimaryPosition ask(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ProbeSql.POSITION)) {
      row.next();
      long position = ProbeSql.position(row.getString(2));
      PageHeaders headers = new PageHeaders(row.getLong(4), row.getLong(5));
      return new PrimaryPosition(
          row.getInt(3), row.getBoolean(1) ? position : headers.lastEnd(position));
    }
  }
}
