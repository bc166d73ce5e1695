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
    MapDocument.Placed placed = map.tables().get(table);
    if (placed == null) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE,
          "the map does not place table "
              + table
              + ", only those by a ring of postgres hash, by ranges of integers, or by a list of"
              + " keys before these or before a rest; place it so before init");
    }
    if (key.size() != placed.columns().size()) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE,
          "the key of table " + table + " is " + String.join(", ", placed.columns()));
    }
    List<String> values = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (KeyType type : placed.types()) {
      values.add("?::pg_catalog.text::" + type.sqlName());
      columns.add("k" + columns.size());
    }
    return Sql.number(
        connection,
        "SELECT %s FROM (VALUES (%s)) k (%s)"
            .formatted(
                map.placement(placed.placement()).by().sql(columns, placed.types()),
                String.join(", ", values),
                String.join(", ", columns)),
        key.toArray());
  }
}
