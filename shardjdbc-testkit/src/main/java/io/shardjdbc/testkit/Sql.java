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

  /** Changes a setting of the server, and returns when this session has seen the change. */
  static void alterSystem(Connection connection, String name, String value) throws SQLException {
    String loaded = value(connection, "SELECT pg_conf_load_time()");
    try (Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET " + identifier(name) + " = " + literal(value));
      statement.execute("SELECT pg_reload_conf()");
    }
    Deadline.in(ClusterShard.PATIENCE)
        .await(
            "the server has loaded " + name,
            () -> !value(connection, "SELECT pg_conf_load_time()").equals(loaded));
  }

  /** Whether an expression is true. */
  static boolean isTrue(Connection connection, String expression) throws SQLException {
    return value(connection, "SELECT " + expression).equals("t");
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
