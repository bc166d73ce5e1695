package io.shardjdbc.catalog;

import io.shardjdbc.pool.NodePool;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Asks one server whether it has a relation, a constraint or a function of a name. */
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

  private static final String ROUTINES =
      """
      SELECT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                      WHERE p.oid >= 16384 AND p.proname = v.name
                        AND v.schema IN ('', n.nspname))
        FROM (VALUES (?::text, ?::text)) v(name, schema)
      """;

  private HoldersQuery() {}

  /** Whether it has a relation, or a constraint. */
  static NodePool.Question<Boolean> relation(List<String> name) {
    return connection -> has(connection, QUERY, name);
  }

  /** Whether it has a function or procedure, with whatever parameters. */
  static NodePool.Question<Boolean> routine(List<String> name) {
    return connection -> has(connection, ROUTINES, name);
  }

  private static boolean has(Connection connection, String question, List<String> name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(question)) {
      statement.setString(1, name.get(name.size() - 1));
      statement.setString(2, name.size() > 1 ? name.get(name.size() - 2) : "");
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }
}
