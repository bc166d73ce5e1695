package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What guards and copies would not see of a table on a server. */
record Unseen(Connection connection, ShardId shard, Strategy strategy, Preflight preflight) {

  /** A trigger before a row is written does not see what is computed of it. */
  private static final String GENERATED =
      "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attgenerated <> ''"
          + " AND attname = ANY (?::text[])";

  /** Triggers fire in the order of their names' bytes. */
  private static final String LATE =
      """
      SELECT DISTINCT t.tgname FROM unnest(%s) r (relid) JOIN pg_trigger t ON t.tgrelid = r.relid
        WHERE NOT t.tgisinternal AND (t.tgtype & 3) = 3 AND t.tgname::text COLLATE "C" > '~shardjdbc'
          AND NOT starts_with(t.tgname, '~shardjdbc')
      """
          .formatted(MovedTable.STORED);

  private static final String NOT_LOGGED =
      "SELECT c.relname FROM unnest("
          + MovedTable.STORED
          + ") r (relid) JOIN pg_class c ON c.oid = r.relid WHERE c.relkind = 'f'"
          + " OR (c.relpersistence <> 'p' AND ?)";

  private static final String REFERENCES =
      "SELECT a.attname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid"
          + " = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped AND t.typname IN ('oid', 'lo')";

  void look(MovedTable table) throws SQLException {
    String name = table.display();
    String key = TableChecks.array(table.columns());
    for (String column : names(GENERATED, table.sql(), key)) {
      preflight.block("key column " + column + " of " + name + " is generated: guards see none");
    }
    for (String trigger : names(LATE, table.sql())) {
      preflight.block(
          "trigger "
              + trigger
              + " of "
              + name
              + " on "
              + shard
              + " fires behind the guard, and could change the key; give it another name");
    }
    for (String part : names(NOT_LOGGED, table.sql(), strategy == Strategy.REPLICATE)) {
      preflight.block(
          "table "
              + part
              + " on "
              + shard
              + " is foreign, or not logged, which is not replicated; double-write copies the"
              + " last");
    }
    for (String column : names(REFERENCES, table.sql())) {
      preflight.warn(
          "large objects that column "
              + column
              + " of "
              + name
              + " refers to do not move with the rows");
    }
  }

  private List<String> names(String sql, Object... values) throws SQLException {
    return Sql.rows(connection, row -> row.getString(1), sql, values);
  }
}
