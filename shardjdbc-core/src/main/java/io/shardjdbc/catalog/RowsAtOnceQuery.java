package io.shardjdbc.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Asks one server whether one INSERT of many rows does to a table what as many of one row do.
 *
 * <p>It does where nothing sees the difference: no trigger, rule or policy; no foreign key of the
 * table to itself, which is checked at the end of a statement; no function of users in a default, a
 * check, an index, a type or a cast, which might look at the table, and none of the server's own
 * that might. Of a view, a partition or a table elsewhere it is not believed.
 */
final class RowsAtOnceQuery {

  private static final String QUERY =
      """
      WITH RECURSIVE
        tree (rel) AS (
          SELECT to_regclass(?)::oid
          UNION
          SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = rel),
        object (class, id, text) AS (
          SELECT 'pg_attrdef'::regclass::oid, oid, pg_get_expr(adbin, adrelid)
            FROM pg_attrdef JOIN tree ON adrelid = rel
          UNION ALL
          SELECT 'pg_constraint'::regclass, oid, pg_get_constraintdef(oid)
            FROM pg_constraint JOIN tree ON conrelid = rel
          UNION ALL
          SELECT 'pg_class'::regclass, indexrelid, pg_get_indexdef(indexrelid)
            FROM pg_index JOIN tree ON indrelid = rel
          UNION ALL
          SELECT 'pg_class'::regclass, partrelid, pg_get_partkeydef(partrelid)
            FROM pg_partitioned_table JOIN tree ON partrelid = rel)
      SELECT count(*) > 0
         AND coalesce(bool_and(relkind IN ('r', 'p') AND NOT relrowsecurity), false)
         AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(?))
         AND NOT EXISTS (SELECT FROM pg_trigger JOIN tree ON tgrelid = rel WHERE NOT tgisinternal)
         AND NOT EXISTS (SELECT FROM pg_rewrite JOIN tree ON ev_class = rel)
         AND NOT EXISTS (SELECT FROM pg_constraint JOIN tree ON conrelid = rel
                          WHERE contype = 'f' AND confrelid IN (SELECT rel FROM tree))
         AND NOT EXISTS (SELECT FROM object JOIN pg_depend d ON d.classid = class AND d.objid = id
                          WHERE d.refobjid >= 16384
                            AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass,
                                                 'pg_opclass'::regclass, 'pg_type'::regclass))
         AND NOT EXISTS (SELECT FROM object WHERE text ~ 'xml|ts_stat|ts_rewrite|_size\\(|pg_stat')
         AND NOT EXISTS (SELECT FROM pg_attribute JOIN tree ON attrelid = rel
                           JOIN pg_type t ON t.oid = atttypid
                          WHERE attnum > 0 AND NOT attisdropped
                            AND t.oid >= 16384 AND t.typtype <> 'e')
         AND NOT EXISTS (SELECT FROM pg_cast
                          WHERE oid >= 16384 AND castcontext <> 'e'
                            AND castsource < 16384 AND casttarget < 16384)
        FROM pg_class JOIN tree ON oid = rel
      """;

  private RowsAtOnceQuery() {}

  /**
   * @param table its name, quoted
   */
  static boolean read(Connection connection, String table) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setString(1, table);
      statement.setString(2, table);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
