package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Size;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.Positioning;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much of each table moves, by the estimates of the source's server, or by a count where it has
 * none.
 */
final class Sizing {
  private static final String ROWS =
      "SELECT sum(c.reltuples) FROM unnest("
          + MovedTable.STORED
          + ") t (relid)"
          + " JOIN pg_class c ON c.oid = t.relid";
  private static final String BYTES =
      "SELECT sum(pg_total_relation_size(t)) FROM unnest(" + MovedTable.STORED + ") t";

  private Sizing() {}

  /** By the names that the map has for tables. */
  static Map<String, Size> byTable(Connection source, MapDocument map, Moving moving)
      throws SQLException {
    if (map.placement(moving.placement()).by() != Positioning.HASH) {
      return counted(source, map, moving);
    }
    double owned = map.placement(moving.placement()).ownedBy(moving.source()).share();
    double part = owned == 0 ? 0 : moving.positions().share() / owned;
    Map<String, Size> sizes = new LinkedHashMap<>();
    for (MovedTable table : MovedTable.of(source, map, moving.placement())) {
      long estimated = Sql.number(source, ROWS, table.sql());
      long known =
          estimated > 0 ? estimated : Sql.number(source, "SELECT count(*) FROM " + table.sql());
      sizes.put(
          table.display(),
          new Size(
              Math.round(known * part), Math.round(Sql.number(source, BYTES, table.sql()) * part)));
    }
    return sizes;
  }

  /** How many of all integers move, or single keys, says nothing of rows. */
  private static Map<String, Size> counted(Connection source, MapDocument map, Moving moving)
      throws SQLException {
    Map<String, Size> sizes = new LinkedHashMap<>();
    for (MovedTable table : MovedTable.of(source, map, moving.placement())) {
      String count = "SELECT count(*) FROM " + table.sql();
      long all = Sql.number(source, count);
      long rows = Sql.number(source, count + " WHERE " + table.in(moving.positions()));
      double part = all == 0 ? 0 : (double) rows / all;
      long bytes = Sql.number(source, BYTES, table.sql());
      sizes.put(table.display(), new Size(rows, Math.round(bytes * part)));
    }
    return sizes;
  }

  static Size sum(Map<String, Size> sizes) {
    return new Size(
        sizes.values().stream().mapToLong(Size::rows).sum(),
        sizes.values().stream().mapToLong(Size::bytes).sum());
  }
}
