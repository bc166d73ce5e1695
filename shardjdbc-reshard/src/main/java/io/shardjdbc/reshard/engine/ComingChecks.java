package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.routing.Positioning;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What must be so for rows to come key by key. */
record ComingChecks(Connection source, Connection target, Preflight preflight) {

  /** A key comes as a whole through the memory of whoever needs it. */
  private static final long LARGEST = 16L << 20;

  /** What a foreign key does, or looks at, has to come with the key. */
  private static final String ACROSS =
      """
      SELECT c.conname FROM pg_constraint c
        WHERE c.contype = 'f' AND c.conparentid = 0
          AND c.conrelid = ?::regclass AND c.confrelid = ?::regclass AND NOT EXISTS (
          SELECT FROM unnest(c.conkey, c.confkey) k (one, other)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.one
            JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.other
            WHERE a.attname = ? AND b.attname = ?)
      """;

  private static final String STEPS = "SELECT to_regclass('shardjdbc.saga_step') IS NOT NULL";

  /** Foreign keys of a table to another that do not hold the shard key of both. */
  private Set<String> across(MovedTable table, MovedTable other) throws SQLException {
    Set<String> across = new LinkedHashSet<>();
    for (int i = 0; i < Math.min(table.columns().size(), other.columns().size()); i++) {
      across.addAll(
          Sql.rows(
              source,
              row -> row.getString(1),
              ACROSS,
              table.sql(),
              other.sql(),
              table.columns().get(i),
              other.columns().get(i)));
    }
    return across;
  }

  void check(List<MovedTable> tables, Moving moving) throws SQLException {
    if (Sql.isTrue(source, STEPS) || Sql.isTrue(target, STEPS)) {
      preflight.block(
          "the library keeps sagas or messages here, whose records read-through does not bring");
    }
    for (MovedTable table : tables) {
      String name = table.display();
      if (Sql.isTrue(
          source, "SELECT relrowsecurity FROM pg_class WHERE oid = ?::regclass", table.sql())) {
        preflight.block("table " + name + " has row security, which read-through would pass by");
      }
      if (!Sql.isTrue(
          source,
          "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = ?::regclass",
          table.sql())) {
        preflight.block("the mover's user may not create an index on " + name);
      }
      if (table.by() != Positioning.HASH) {
        preflight.block("table " + name + " does not lie by hash, and does not move key by key");
      }
      for (MovedTable other : tables) {
        for (String key : across(table, other)) {
          preflight.block("foreign key " + key + " of " + name + " does not stay with the key");
        }
      }
      long largest =
          Sql.number(
              source,
              "SELECT max(bytes) FROM (SELECT sum(pg_column_size(t.*)) AS bytes FROM "
                  + table.sql()
                  + " t WHERE "
                  + table.in("t.", moving.positions())
                  + " GROUP BY pg_catalog."
                  + table.position("t.")
                  + ") k");
      if (largest > LARGEST) {
        preflight.block(
            "a key of "
                + name
                + " has "
                + (largest >> 20)
                + " MB, which is too much for one transaction of read-through");
      }
    }
  }
}
