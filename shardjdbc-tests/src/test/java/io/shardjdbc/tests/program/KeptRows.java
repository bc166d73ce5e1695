package io.shardjdbc.tests.program;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rows that every program finds: each server keeps a copy, and a function that brings them
 * back. Not thread-safe.
 */
final class KeptRows {

  /** What else writes to a table, than what names it. */
  private static final Map<String, List<String>> WRITERS =
      Map.of(
          "acct", List.of("pay", "pay_sql", "transfer", "rename", "rich"),
          "moves", List.of("audited"),
          "item", List.of("acct"),
          "file", List.of("folder"),
          "mark", List.of("folder", "file"),
          "event", List.of("event_a", "event_b"));

  private List<String> lastTables = World.TABLES;

  /** Lets a server keep the rows. */
  static void keep(String name, Connection server) throws SQLException {
    StringBuilder reset = new StringBuilder();
    for (String table : World.TABLES) {
      if (name.equals("one") || World.LONE.getOrDefault(table, name).equals(name)) {
        String columns = columns(server, table);
        run(
            server,
            "CREATE TABLE keep.%1$s AS SELECT %2$s FROM public.%1$s".formatted(table, columns));
        reset.append(
            """
            IF '%1$s' = ANY (dirty) THEN
              DELETE FROM public.%1$s;
              INSERT INTO public.%1$s (%2$s) OVERRIDING SYSTEM VALUE TABLE keep.%1$s;
            END IF;
            """
                .formatted(table, columns));
      }
    }
    for (String sequence : World.SEQUENCES) {
      if (!sequence.equals("logs_id_seq") || name.equals("one") || name.equals("s2")) {
        reset.append("PERFORM setval('public.%s', 1, false);".formatted(sequence));
      }
    }
    run(
        server,
        "CREATE FUNCTION keep.reset(dirty text[]) RETURNS void LANGUAGE plpgsql"
            + " SET session_replication_role = replica AS $$ BEGIN "
            + reset
            + " END $$");
  }

  /** Those that are not computed. */
  private static String columns(Connection server, String table) throws SQLException {
    try (Statement statement = server.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid"
                    + " ="
                    + " 'public.%s'::regclass AND attnum > 0 AND attgenerated = ''"
                        .formatted(table))) {
      row.next();
      return row.getString(1);
    }
  }

  private static void run(Connection server, String sql) throws SQLException {
    try (Statement statement = server.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Whether a program with such words may write to a table. */
  static boolean mayTouch(Set<String> words, String table) {
    return words.contains(table)
        || WRITERS.getOrDefault(table, List.of()).stream().anyMatch(words::contains);
  }

  /**
   * What brings the rows back of which the last program or the next one has others.
   *
   * @param tables those that the next one may write to
   */
  String reset(List<String> tables) {
    Set<String> dirty = new TreeSet<>(tables);
    dirty.addAll(lastTables);
    lastTables = tables;
    return "SELECT keep.reset('{" + String.join(",", dirty) + "}')";
  }
}
