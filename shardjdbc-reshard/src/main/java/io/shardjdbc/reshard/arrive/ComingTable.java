package io.shardjdbc.reshard.arrive;

import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A table of which rows come key by key.
 *
 * @param all its columns, quoted, in the order in which the target has them
 * @param stored those that are not generated, in the order of their names
 */
public record ComingTable(MovedTable table, List<String> all, List<String> stored) {
  private static final String COLUMNS =
      "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0"
          + " AND NOT attisdropped";

  static ComingTable of(Connection target, MovedTable table) throws SQLException {
    return new ComingTable(
        table,
        columns(target, table, " ORDER BY attnum"),
        columns(target, table, " AND attgenerated = '' ORDER BY attname COLLATE \"C\""));
  }

  private static List<String> columns(Connection target, MovedTable table, String which)
      throws SQLException {
    return Sql.rows(
        target, row -> Identifiers.quote(row.getString(1)), COLUMNS + which, table.sql());
  }

  String position(String prefix) {
    return "pg_catalog." + table.position(prefix);
  }

  /** A row of columns that each bear a prefix. */
  static String row(String prefix, List<String> columns) {
    return "ROW(" + list(prefix, columns) + ")::pg_catalog.text";
  }

  static String list(String prefix, List<String> columns) {
    return columns.stream().map(column -> prefix + column).collect(Collectors.joining(", "));
  }

  /** A query of positions from one on that ends with how many there are at most. */
  String places(Positions positions) {
    return "SELECT "
        + position("")
        + " FROM "
        + table.sql()
        + " WHERE "
        + position("")
        + " >= ? AND "
        + table.in(positions)
        + " ORDER BY 1 LIMIT ";
  }

  /** Indexes by position, of the table or of each of its partitions: by name, on what they are. */
  Map<String, String> indexes(Connection source, int move) throws SQLException {
    Map<String, String> indexes = new LinkedHashMap<>();
    for (String[] part :
        Sql.rows(
            source,
            row -> new String[] {row.getString(1), row.getString(2), row.getString(3)},
            "SELECT quote_ident(n.nspname), format('%I.%I', n.nspname, c.relname), c.oid::text"
                + " FROM unnest("
                + MovedTable.STORED
                + ") t (relid) JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid ="
                + " c.relnamespace",
            table.sql())) {
      String name = "\"~shardjdbc_m" + move + "_" + part[2] + "\"";
      indexes.put(part[0] + "." + name, name + " ON " + part[1] + " ((" + position("") + "))");
    }
    return indexes;
  }

  /** The indexes of a move that are there. */
  static List<String> left(Connection source, int move) throws SQLException {
    return Sql.rows(
        source,
        row -> row.getString(1),
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
            + " ON n.oid = c.relnamespace WHERE c.relkind = 'i' AND starts_with(c.relname, ?)",
        "~shardjdbc_m" + move + "_");
  }
}
