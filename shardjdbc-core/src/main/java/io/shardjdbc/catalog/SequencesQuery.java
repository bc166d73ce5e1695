package io.shardjdbc.catalog;

import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.catalog.Catalog.Sequence;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server which columns of a table sequences fill, and what a sequence belongs to.
 *
 * <p>Defaults are read under a search path that leaves nothing unqualified. A partition counts by
 * the sequence of the table above it.
 */
final class SequencesQuery {

  private static final String RELATION = "SELECT coalesce(to_regclass(?)::oid::int8, 0)";

  private static final String COUNTED =
      """
      WITH RECURSIVE up (rel, level) AS (
        SELECT ?::oid, 0
        UNION ALL
        SELECT i.inhparent, up.level + 1 FROM up
          JOIN pg_inherits i ON i.inhrelid = up.rel
          JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition)
      SELECT a.attname, a.attidentity <> '', a.attidentity = 'a',
             CASE WHEN a.attidentity <> '' THEN
               (SELECT format('nextval(%L::regclass)', format('%I.%I', n.nspname, s.relname))
                  FROM up
                  JOIN pg_attribute b ON b.attrelid = up.rel AND b.attname = a.attname
                  JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass
                   AND p.refobjid = up.rel AND p.refobjsubid = b.attnum
                   AND p.classid = 'pg_class'::regclass AND p.deptype = 'i'
                  JOIN pg_class s ON s.oid = p.objid AND s.relkind = 'S'
                  JOIN pg_namespace n ON n.oid = s.relnamespace
                 ORDER BY up.level LIMIT 1)
               ELSE coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault) END
        FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE a.attrelid = (SELECT rel FROM up WHERE level = 0)
         AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
         AND (a.attidentity <> ''
              OR coalesce(pg_get_expr(d.adbin, d.adrelid), t.typdefault) LIKE '%nextval(%')
       ORDER BY a.attnum
      """;

  private static final String SEQUENCE =
      """
      SELECT n.nspname, s.relname, o.nspname, c.relname
        FROM pg_class s
        JOIN pg_namespace n ON n.oid = s.relnamespace
        LEFT JOIN pg_depend p ON p.classid = 'pg_class'::regclass AND p.objid = s.oid
         AND p.refclassid = 'pg_class'::regclass AND p.deptype IN ('a', 'i')
        LEFT JOIN pg_class c ON c.oid = p.refobjid
        LEFT JOIN pg_namespace o ON o.oid = c.relnamespace
       WHERE s.oid = ?::oid AND s.relkind = 'S'
      """;

  private SequencesQuery() {}

  /**
   * @param table its name, quoted
   * @return empty where there is no such table
   */
  static Optional<List<CountedColumn>> counted(Connection connection, String table)
      throws SQLException {
    long oid = relation(connection, table);
    if (oid == 0) {
      return Optional.empty();
    }
    path(connection, "SET search_path = pg_catalog");
    try (PreparedStatement statement = connection.prepareStatement(COUNTED)) {
      statement.setLong(1, oid);
      List<CountedColumn> columns = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.add(
              new CountedColumn(
                  rows.getString(1), rows.getString(4), rows.getBoolean(2), rows.getBoolean(3)));
        }
      }
      return Optional.of(columns);
    } finally {
      path(connection, "RESET search_path");
    }
  }

  /**
   * @param name its name, quoted
   */
  static Optional<Sequence> sequence(Connection connection, String name) throws SQLException {
    long oid = relation(connection, name);
    try (PreparedStatement statement = connection.prepareStatement(SEQUENCE)) {
      statement.setLong(1, oid);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new Sequence(
                List.of(rows.getString(1), rows.getString(2)),
                owner(rows.getString(3), rows.getString(4))));
      }
    }
  }

  private static List<String> owner(@Nullable String schema, @Nullable String table) {
    return schema == null || table == null ? List.of() : List.of(schema, table);
  }

  private static long relation(Connection connection, String name) throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(RELATION)) {
      find.setString(1, name);
      try (ResultSet rows = find.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static void path(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
