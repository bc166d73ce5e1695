package io.shardjdbc.catalog;

import io.shardjdbc.routing.catalog.Catalog.Relatives;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads which tables share rows with one: partitions, children, and what they belong to; of a view,
 * what it reads; of an index, its table.
 */
final class RelativesQuery {

  // Views can be replaced so that they read each other, and then have no end.
  private static final String QUERY =
      """
      WITH RECURSIVE
        self AS (SELECT to_regclass(?)::oid AS rel),
        above (rel, parent) AS (
          SELECT inhrelid, inhparent FROM pg_inherits
          UNION ALL
          SELECT w.ev_class, d.refobjid
            FROM pg_rewrite w
            JOIN pg_class v ON v.oid = w.ev_class AND v.relkind IN ('v', 'm')
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
             AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
           WHERE w.ev_class >= 16384
          UNION ALL
          SELECT indexrelid, indrelid FROM pg_index WHERE indexrelid >= 16384),
        up (rel, level) AS (
          SELECT rel, 0 FROM self
          UNION
          SELECT a.parent, up.level + 1 FROM above a JOIN up ON a.rel = up.rel
           WHERE up.level < 1000),
        down (rel, level) AS (
          SELECT rel, 0 FROM self
          UNION
          SELECT i.inhrelid, down.level + 1 FROM pg_inherits i JOIN down ON i.inhparent = down.rel)
      SELECT k.kind, n.nspname, c.relname
        FROM (SELECT rel, level, 'up' AS kind FROM up
              UNION ALL SELECT rel, level, 'down' FROM down WHERE level > 0) k
        JOIN pg_class c ON c.oid = k.rel
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE k.level = 0 OR c.relkind NOT IN ('i', 'I')
       ORDER BY k.level
      """;

  private static final String NAMESAKES =
      """
      SELECT n.nspname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relname = ? AND c.relpersistence <> 't' AND c.oid >= 16384
         AND (c.relkind IN ('v', 'm') OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid))
      """;

  private RelativesQuery() {}

  /** The views, partitions and children of a name, by schema and name. */
  static List<List<String>> namesakes(Connection connection, String name) throws SQLException {
    List<List<String>> all = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(NAMESAKES)) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          all.add(List.of(rows.getString(1), name));
        }
      }
    }
    return List.copyOf(all);
  }

  /**
   * @param table its name, quoted
   */
  static Optional<Relatives> read(Connection connection, String table) throws SQLException {
    List<List<String>> ancestors = new ArrayList<>();
    List<List<String>> descendants = new ArrayList<>();
    boolean known = false;
    try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setString(1, table);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          List<String> name = List.of(rows.getString(2), rows.getString(3));
          if (rows.getString(1).equals("down")) {
            descendants.add(name);
          } else if (known) {
            ancestors.add(name);
          }
          known = true; // the first row is the table itself
        }
      }
    }
    return known ? Optional.of(new Relatives(ancestors, descendants)) : Optional.empty();
  }
}
