package io.shardjdbc.catalog;

import io.shardjdbc.routing.catalog.Catalog.Reaction;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what foreign keys do to other rows when those of a table are updated or deleted. */
final class ReactionsQuery {

  // A row that is gone has its own rows to take along; one that is changed, those that refer to
  // what has changed. Rows of a table are those of its partitions and children, too.
  private static final String QUERY =
      """
      WITH RECURSIVE
        self AS (SELECT to_regclass(?)::oid AS rel),
        tree (rel) AS (
          SELECT rel FROM self
          UNION
          SELECT n.rel FROM tree t, LATERAL (
            SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = t.rel
            UNION ALL
            SELECT d.refobjid
              FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass
               AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
             WHERE w.ev_class = t.rel AND w.ev_type = '1') n (rel)),
        act (referred, refers, cause, ondelete, gone, changed) AS (
          SELECT confrelid, conrelid, confkey, false, false, conkey
            FROM pg_constraint WHERE contype = 'f' AND confupdtype IN ('c', 'n', 'd')
          UNION ALL
          SELECT confrelid, conrelid, confkey, true, confdeltype = 'c',
                 coalesce(confdelsetcols, conkey)
            FROM pg_constraint WHERE contype = 'f' AND confdeltype IN ('c', 'n', 'd')),
        reach (source, cause, ondelete, rel, gone, changed) AS (
          SELECT a.referred, a.cause, a.ondelete, a.refers, a.gone, a.changed
            FROM act a JOIN tree t ON a.referred = t.rel
          UNION
          SELECT r.source, r.cause, r.ondelete, a.refers, a.gone, a.changed
            FROM reach r JOIN act a ON a.referred = r.rel AND a.ondelete = r.gone
             AND (r.gone OR a.cause && r.changed))
      SELECT r.ondelete, n.nspname, c.relname,
             ARRAY(SELECT attname::text FROM pg_attribute
                    WHERE CASE (SELECT relkind FROM pg_class WHERE oid = s.rel)
                          WHEN 'v' THEN attrelid = s.rel
                          ELSE attrelid = r.source AND attnum = ANY (r.cause) END),
             ARRAY(SELECT attname::text FROM pg_attribute
                    WHERE attrelid = r.rel AND attnum = ANY (r.changed))
        FROM self s
        LEFT JOIN (reach r JOIN pg_class c ON c.oid = r.rel
                           JOIN pg_namespace n ON n.oid = c.relnamespace) ON NOT r.gone
       WHERE s.rel IS NOT NULL
      """;

  private ReactionsQuery() {}

  /**
   * @param table its name, quoted
   */
  static Optional<List<Reaction>> read(Connection connection, String table) throws SQLException {
    List<Reaction> reactions = new ArrayList<>();
    boolean known = false;
    try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setString(1, table);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          known = true;
          if (rows.getString(2) != null) {
            reactions.add(
                new Reaction(
                    rows.getBoolean(1),
                    names(rows.getArray(4)),
                    List.of(rows.getString(2), rows.getString(3)),
                    names(rows.getArray(5))));
          }
        }
      }
    }
    return known ? Optional.of(List.copyOf(reactions)) : Optional.empty();
  }

  private static List<String> names(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
