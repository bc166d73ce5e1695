package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.control.MovedTable;
import io.shardjdbc.reshard.control.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** What a table must be like for its rows to move. */
record TableChecks(Connection source, Connection target, Preflight preflight) {

  private static final String SHAPE =
      """
      SELECT coalesce(string_agg(format('%I %s %s %s', a.attname, format_type(a.atttypid, a.atttypmod),
          a.attnotnull, a.attgenerated), ', ' ORDER BY a.attname COLLATE "C"), '')
        FROM pg_attribute a
        WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
      """;

  /** An UPDATE of a published table fails where its replica identity lacks a filter's column. */
  private static final String IDENTITY =
      """
      SELECT count(*) FROM unnest(%s) t (relid) JOIN pg_class c ON c.oid = t.relid
        WHERE c.relreplident <> 'f' AND NOT EXISTS (
          SELECT FROM pg_index i WHERE i.indrelid = c.oid
              AND i.indimmediate AND i.indisvalid AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident END
              AND ?::text[] <@ ARRAY(SELECT a.attname::text FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey)))
      """
          .formatted(MovedTable.STORED);

  private static final String UNIQUE_WITHOUT_KEY =
      """
      SELECT i.indexrelid::regclass::text FROM pg_index i
        WHERE i.indrelid = ?::regclass AND i.indisunique AND NOT ?::text[] <@ ARRAY(
          SELECT a.attname::text FROM pg_attribute a
            WHERE a.attrelid = i.indrelid
              AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
      """;

  private static final String CROSSING =
      """
      SELECT c.conname FROM pg_constraint c
        WHERE c.contype = 'f' AND c.confrelid = ?::regclass AND c.conparentid = 0
          AND NOT c.conrelid::regclass::text = ANY (string_to_array(?, ','))
      """;

  /** Of users, not of a move; copies and deletions are written in the role of replication. */
  private static final String FIRING_ANYWAY =
      """
      SELECT DISTINCT t.tgname FROM unnest(%s) r (relid) JOIN pg_trigger t ON t.tgrelid = r.relid
        WHERE t.tgenabled IN ('A', 'R') AND NOT t.tgisinternal
      """
          .formatted(MovedTable.STORED);

  private static final String INDEXES =
      """
      SELECT coalesce(string_agg(d, '; ' ORDER BY d COLLATE "C"), '') FROM (
        SELECT regexp_replace(pg_get_indexdef(indexrelid), '^.* USING ', '') || indisunique
          FROM pg_index WHERE indrelid = ?::regclass) i (d)
      """;

  void check(MovedTable table, Moving moving) throws SQLException {
    String name = table.display();
    if (table.isRecord() && !Sql.isTrue(target, "SELECT to_regclass(?) IS NOT NULL", table.sql())) {
      return; // it is created when the move begins
    }
    String here = Sql.text(source, SHAPE, table.sql());
    String there = Sql.text(target, SHAPE, table.sql());
    if (!here.equals(there)) {
      preflight.block(
          there.isEmpty()
              ? "table " + name + " is not there on " + moving.target()
              : "table " + name + " has other columns on " + moving.target());
      return;
    }
    if (!Sql.text(source, INDEXES, table.sql()).equals(Sql.text(target, INDEXES, table.sql()))) {
      preflight.warn("table " + name + " has other indexes on " + moving.target());
    }
    for (Connection connection : List.of(source, target)) {
      for (String trigger :
          Sql.rows(connection, row -> row.getString(1), FIRING_ANYWAY, table.sql())) {
        preflight.warn(
            "trigger "
                + trigger
                + " of "
                + name
                + " fires for rows that are copied or deleted too");
      }
    }
    for (Connection connection : List.of(source, target)) {
      if (Sql.number(connection, IDENTITY, table.sql(), array(table.columns())) > 0) {
        preflight.block("the replica identity of " + name + " lacks its key " + table.key());
        return;
      }
    }
    if (Sql.isTrue(
        source,
        "SELECT EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent"
            + " WHERE i.inhparent = ?::regclass AND c.relkind <> 'p')",
        table.sql())) {
      preflight.block("table " + name + " is inherited from, which is not copied");
    }
    if (Sql.isTrue(
        target,
        "SELECT EXISTS (SELECT FROM "
            + table.sql()
            + " WHERE "
            + table.in(moving.positions())
            + ")")) {
      preflight.block(
          "table "
              + name
              + " has rows on "
              + moving.target()
              + " that belong to "
              + moving.source());
    }
    if (!table.isRecord()) {
      collisions(table);
    }
  }

  /** Numbers that two shards count for themselves. */
  private void collisions(MovedTable table) throws SQLException {
    for (String index :
        Sql.rows(
            source,
            row -> row.getString(1),
            UNIQUE_WITHOUT_KEY,
            table.sql(),
            array(table.columns()))) {
      preflight.warn("unique index " + index + " lacks the key: a collision would stop the copy");
    }
  }

  /** Foreign keys of tables that stay. */
  void foreignKeys(MovedTable table, List<MovedTable> moved) throws SQLException {
    String names =
        Sql.text(
            source,
            "SELECT string_agg(to_regclass(n)::text, ',') FROM unnest(?::text[]) n",
            array(moved.stream().map(MovedTable::sql).toList()));
    for (String key : Sql.rows(source, row -> row.getString(1), CROSSING, table.sql(), names)) {
      preflight.block("foreign key " + key + " of a table that stays refers to " + table.display());
    }
  }

  static String array(List<String> elements) {
    return elements.stream().map(TableChecks::quoted).collect(Collectors.joining(",", "{", "}"));
  }

  private static String quoted(String element) {
    return "\"" + element.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
