package io.shardjdbc.replication.probe;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Asks a primary for its synchronous standbys, over a connection of somebody else. */
public final class StandbyPresence {

  private StandbyPresence() {}

  /** Asks; one round trip. */
  public static NodeReading.Standbys ask(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ProbeSql.STANDBYS_NOW)) {
      row.next();
      return NodeReading.Standbys.valueOf(row.getString(1));
    }
  }
}
