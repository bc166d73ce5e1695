package io.shardjdbc.reshard.journal;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Positions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of which rows move, with what names a row of it.
 *
 * @param key the columns of its primary key, quoted
 * @param columns those that are not generated, quoted, in the order of their names
 */
record KeyedTable(MovedTable table, List<String> key, List<String> columns) {

  private static final String KEY =
      """
      SELECT a.attname FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place)
        JOIN pg_attribute a ON a.attnum = k.number
        WHERE i.indrelid = ?::regclass AND i.indisprimary AND i.indimmediate
          AND a.attrelid = i.indrelid AND k.place <= i.indnkeyatts
        ORDER BY k.place
      """;

  private static final String COLUMNS =
      "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0"
          + " AND NOT attisdropped AND attgenerated = '' ORDER BY attname COLLATE \"C\"";

  /**
   * What names the rows of a table, the shard key among it; empty if nothing does. A record of the
   * library's never changes its position.
   */
  static List<String> key(Connection connection, MovedTable table) throws SQLException {
    List<String> key = Sql.rows(connection, row -> row.getString(1), KEY, table.sql());
    return table.isRecord() || key.containsAll(table.columns()) ? key : List.of();
  }

  static List<KeyedTable> of(Connection connection, List<MovedTable> tables) throws SQLException {
    List<KeyedTable> keyed = new ArrayList<>();
    for (MovedTable table : tables) {
      List<String> key = key(connection, table);
      if (key.isEmpty()) {
        throw new ReshardException(ErrorCode.MOVE_NOT_POSSIBLE, lacksKey(table));
      }
      keyed.add(
          new KeyedTable(
              table,
              key.stream().map(Identifiers::quote).toList(),
              Sql.rows(
                  connection, row -> Identifiers.quote(row.getString(1)), COLUMNS, table.sql())));
    }
    return keyed;
  }

  static String lacksKey(MovedTable table) {
    return "table "
        + table.display()
        + " has no primary key that holds "
        + table.key()
        + ", by which double-write names a row";
  }

  String name() {
    return table.sql();
  }

  String keyColumns() {
    return String.join(", ", key);
  }

  /** The key of a row of a trigger. */
  String keyOf(String row) {
    return key.stream().map(column -> row + column).collect(Collectors.joining(", "));
  }

  /** The key of a row of a trigger as text, which each type has. */
  String keyTextOf(String row) {
    return key.stream().map(c -> row + c + "::text").collect(Collectors.joining(", "));
  }

  String allColumns() {
    return String.join(", ", columns);
  }

  String in(Positions positions) {
    return table.in(positions);
  }
}
