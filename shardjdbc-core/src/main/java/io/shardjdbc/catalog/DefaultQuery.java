package io.shardjdbc.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** Asks for the default of a column, with all names outside of {@code pg_catalog} qualified. */
final class DefaultQuery {

  private static final String RELATION = "SELECT coalesce(to_regclass(?)::oid::int8, 0)";

  private static final String DEFAULT =
      """
      SELECT coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault)
        FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE a.attrelid = ?::oid AND a.attname = ? AND NOT a.attisdropped
         AND a.attgenerated = '' AND a.attidentity = ''
      """;

  private DefaultQuery() {}

  /**
   * @param table its name, quoted
   */
  static Optional<String> read(Connection connection, String table, String column)
      throws SQLException {
    long oid;
    try (PreparedStatement find = connection.prepareStatement(RELATION)) {
      find.setString(1, table);
      try (ResultSet row = find.executeQuery()) {
        oid = row.next() ? row.getLong(1) : 0;
      }
    }
    path(connection, "SET search_path = pg_catalog");
    try (PreparedStatement statement = connection.prepareStatement(DEFAULT)) {
      statement.setLong(1, oid);
      statement.setString(2, column);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
      }
    } finally {
      path(connection, "RESET search_path");
    }
  }

  private static void path(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
