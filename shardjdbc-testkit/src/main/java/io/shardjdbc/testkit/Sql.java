package io.shardjdbc.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Small SQL over JDBC. */
final class Sql {

  private Sql() {}

  /** A name as PostgreSQL wants it quoted. */
  static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A text as PostgreSQL wants it quoted. */
  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** Runs a statement in a session of its own. */
  static void execute(ClusterNode node, String... statements) throws SQLException {
    try (Connection connection = node.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The one value that a query gives, as text. */
  static String value(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      if (!row.next()) {
        throw new SQLException("no row");
      }
      String value = row.getString(1);
      return value == null ? "" : value;
    }
  }
}
