package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The position of a key that somebody has written, as a server reads it. */
final class KeyPosition {

  private KeyPosition() {}

  static long of(Connection connection, MapDocument map, String table, List<String> key)
      throws SQLException {
    MapDocument.Placed placed = placed(map, table, key);
    List<String> columns = columns(placed);
    String position = map.placement(placed.placement()).by().sql(columns, placed.types());
    return Sql.number(connection, select(position, placed), key.toArray());
  }

  /** Whether a range of keys may begin or end with one. */
  static boolean isFirst(Connection connection, MapDocument map, String table, List<String> key)
      throws SQLException {
    MapDocument.Placed placed = placed(map, table, key);
    String first = map.placement(placed.placement()).by().first(columns(placed).get(0));
    return Sql.isTrue(connection, select(first, placed), key.toArray());
  }

  private static MapDocument.Placed placed(MapDocument map, String table, List<String> key)
      throws SQLException {
    MapDocument.Placed placed = map.tables().get(table);
    if (placed == null) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE,
          "the map does not place table "
              + table
              + ", only those by a ring of postgres hash, by ranges whose bounds are 8 bytes at"
              + " most, by a list of keys, or by these before one of them or in regions; place it"
              + " so before init");
    }
    if (key.size() != placed.columns().size()) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE,
          "the key of table " + table + " is " + String.join(", ", placed.columns()));
    }
    return placed;
  }

  private static List<String> columns(MapDocument.Placed placed) {
    List<String> columns = new ArrayList<>();
    placed.types().forEach(type -> columns.add("k" + columns.size()));
    return columns;
  }

  private static String select(String what, MapDocument.Placed placed) {
    List<String> values = new ArrayList<>();
    for (KeyType type : placed.types()) {
      values.add("?::pg_catalog.text::" + type.sqlName());
    }
    return "SELECT %s FROM (VALUES (%s)) k (%s)"
        .formatted(what, String.join(", ", values), String.join(", ", columns(placed)));
  }
}
