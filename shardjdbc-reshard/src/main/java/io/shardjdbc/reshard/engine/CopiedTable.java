package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.control.Pipe;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as a server has it, whose rows are brought from one server to another by COPY.
 *
 * @param display its name in the configuration
 * @param sql its name with its schema, quoted
 * @param columns those that are not generated, quoted, in the order of their names
 */
record CopiedTable(String display, String sql, List<String> columns) {

  /** As a server has it, or null. */
  static @Nullable CopiedTable of(Connection connection, String display) throws SQLException {
    String sql =
        Sql.text(
            connection,
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
                + " ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?)",
            display);
    if (sql.isEmpty()) {
      return null;
    }
    return new CopiedTable(
        display,
        sql,
        Sql.rows(
            connection,
            row -> Identifiers.quote(row.getString(1)),
            "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0"
                + " AND NOT attisdropped AND attgenerated = '' ORDER BY attname COLLATE \"C\"",
            sql));
  }

  boolean isEmpty(Connection connection) throws SQLException {
    return !Sql.isTrue(connection, "SELECT EXISTS (SELECT FROM " + sql + ")");
  }

  /** How many rows there are, and a hash of them all that does not depend on their order. */
  String sum(Connection connection) throws SQLException {
    return Sql.text(
        connection,
        "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(ROW("
            + String.join(", ", columns)
            + ")::text COLLATE \"C\", 0)), 0) FROM "
            + sql);
  }

  /** Brings all rows from one server to another, in the transaction that is open there. */
  void copy(Connection from, Connection to) throws SQLException {
    String named = sql + " (" + String.join(", ", columns) + ")";
    Pipe.bring(from, "COPY " + named + " TO STDOUT", to, "COPY " + named + " FROM STDIN");
  }
}
