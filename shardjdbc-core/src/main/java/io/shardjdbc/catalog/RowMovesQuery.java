package io.shardjdbc.catalog;

import io.shardjdbc.routing.catalog.RowMoves;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what decides whether rows of a table can move.
 *
 * <p>A row that moves is deleted and inserted. One PostgreSQL would update it: other triggers fire,
 * other policies hold, and foreign keys that refer to it do something else. Where a row in the way
 * makes that an error, the server says so; where it would pass in silence, it is an obstacle.
 */
final class RowMovesQuery {

  private static final String OBSTACLE =
      """
      WITH tree AS (SELECT c.oid AS rel FROM pg_class c WHERE c.oid = to_regclass(?)
                    UNION SELECT relid FROM pg_partition_tree(to_regclass(?)))
      SELECT CASE
          WHEN c.relkind NOT IN ('r', 'p') THEN 'it is not a table'
          WHEN EXISTS (SELECT FROM pg_trigger t JOIN tree ON tgrelid = rel
                        WHERE NOT t.tgisinternal AND t.tgenabled <> 'D') THEN 'it has triggers'
          WHEN EXISTS (SELECT FROM pg_rewrite JOIN tree ON ev_class = rel) THEN 'it has rules'
          WHEN EXISTS (SELECT FROM pg_class p JOIN tree ON p.oid = rel WHERE p.relrowsecurity)
            THEN 'it has row security'
          WHEN EXISTS (SELECT FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid
                        WHERE h.inhparent = c.oid AND NOT p.relispartition)
            THEN 'tables inherit from it'
          WHEN EXISTS (SELECT FROM pg_constraint f JOIN tree ON confrelid = rel
                        WHERE f.contype = 'f' AND f.confdeltype NOT IN ('a', 'r'))
            THEN 'a foreign key that refers to it deletes or changes rows when its rows are deleted'
          END
        FROM pg_class c
       WHERE c.oid = to_regclass(?)
      """;

  private static final String COLUMNS =
      """
      SELECT a.attname, a.attgenerated <> '', a.attidentity = 'a'
        FROM pg_attribute a
       WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
       ORDER BY a.attnum
      """;

  private RowMovesQuery() {}

  /**
   * @param table its name, quoted
   */
  static Optional<RowMoves> read(Connection connection, String table) throws SQLException {
    List<String> stored = new ArrayList<>();
    List<String> fixed = new ArrayList<>();
    try (PreparedStatement columns = connection.prepareStatement(COLUMNS)) {
      columns.setString(1, table);
      try (ResultSet rows = columns.executeQuery()) {
        while (rows.next()) {
          boolean generated = rows.getBoolean(2);
          if (generated || rows.getBoolean(3)) {
            fixed.add(rows.getString(1));
          }
          if (!generated) {
            stored.add(rows.getString(1));
          }
        }
      }
    }
    try (PreparedStatement obstacle = connection.prepareStatement(OBSTACLE)) {
      for (int i = 1; i <= 3; i++) {
        obstacle.setString(i, table);
      }
      try (ResultSet row = obstacle.executeQuery()) {
        return row.next()
            ? Optional.of(new RowMoves(stored, fixed, Optional.ofNullable(row.getString(1))))
            : Optional.empty();
      }
    }
  }
}
