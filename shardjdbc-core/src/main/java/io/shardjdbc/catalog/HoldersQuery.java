package io.shardjdbc.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Asks one server whether it has a relation, or a constraint, of a name. */
final class HoldersQuery {

  private static final String QUERY =
      """
      SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                      WHERE c.oid >= 16384 AND c.relname = v.name
                        AND v.schema IN ('', n.nspname))
          OR EXISTS (SELECT FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
                      WHERE c.oid >= 16384 AND c.conname = v.name
                        AND v.schema IN ('', n.nspname))
        FROM (VALUES (?::text, ?::text)) v(name, schema)
      """;

  private HoldersQuery() {}

  static boolean has(Connection connection, List<String> name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setString(1, name.get(name.size() - 1));
      statement.setString(2, name.size() > 1 ? name.get(name.size() - 2) : "");
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }
}
