package io.shardjdbc.map.stored;

import io.shardjdbc.error.Asking;
import io.shardjdbc.pool.Greeting;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapEpoch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one database says the map is. */
record StoredMap(MapEpoch epoch, MapDocument document) {

  private static final String IS_THERE = "SELECT " + Greeting.MAP_IS_THERE;
  private static final String READ = "SELECT map_id, epoch, document FROM shardjdbc.map";

  /** Null where the database keeps none. */
  static @Nullable StoredMap read(Connection connection) throws SQLException {
    if (!isThere(connection)) {
      return null;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(READ)) {
      if (!row.next()) {
        return null;
      }
      String document = row.getString(3);
      return new StoredMap(
          new MapEpoch(row.getObject(1, UUID.class), row.getLong(2)),
          Asking.of(() -> MapDocument.parse(document)));
    }
  }

  static boolean isThere(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(IS_THERE)) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
