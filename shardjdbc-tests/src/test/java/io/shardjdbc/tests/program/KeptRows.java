package io.shardjdbc.tests.program;

import io.shardjdbc.testkit.twin.StoredRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The rows that every program finds on one server.
 *
 * <p>The server keeps a copy, and a function that says which tables have other rows now and brings
 * them back. It knows them by a sum of hashes, so that it costs little to look at all. Not
 * thread-safe.
 */
final class KeptRows implements AutoCloseable {

  /**
   * What a program has left on a server.
   *
   * @param rows those of the tables that have others than are kept
   * @param sequences what each stands at that counts there
   */
  record Left(Map<String, List<StoredRows.Row>> rows, List<String> sequences) {}

  private static final String SEQUENCE = "sequence";

  /** Longer than a server takes to end a session that is closed. */
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final Map<String, List<StoredRows.Row>> kept = new HashMap<>();
  private final PreparedStatement question;

  /**
   * Lets a server keep the rows that it has.
   *
   * @param name of the shard, or {@code one}
   */
  KeptRows(String name, Connection server) throws SQLException {
    StringBuilder body = new StringBuilder();
    for (String table : Tables.ALL) {
      if (name.equals("one") || Tables.LONE.getOrDefault(table, name).equals(name)) {
        body.append(keep(table, server));
      }
    }
    for (String sequence : Tables.SEQUENCES) {
      if (!sequence.equals("logs_id_seq") || name.equals("one") || name.equals("s2")) {
        body.append(
            """
            RETURN QUERY SELECT '%2$s', NULL::text[], '%1$s at ' || last_value || '/' || is_called
              FROM public.%1$s;
            PERFORM setval('public.%1$s', 1, false);
            """
                .formatted(sequence, SEQUENCE));
      }
    }
    run(
        server,
        "CREATE FUNCTION keep.left_over() RETURNS TABLE (what text, key text[], line text) LANGUAGE"
            + " plpgsql AS $$ BEGIN "
            + body
            + " END $$");
    // Rows come back past triggers and foreign keys. As the function's own, it would plan anew.
    run(server, "SET session_replication_role = replica");
    this.question = server.prepareStatement("SELECT * FROM keep.left_over()");
  }

  /** The part of the function that looks at one table. */
  private String keep(String table, Connection server) throws SQLException {
    String columns = columns(server, table);
    run(server, "CREATE TABLE keep.%1$s AS SELECT %2$s FROM public.%1$s".formatted(table, columns));
    String key =
        Tables.SHARDED.getOrDefault(table, List.of()).stream()
            .map(column -> "t." + column + "::text")
            .collect(Collectors.joining(", ", "ARRAY[", "]::text[]"));
    String rows = "SELECT '%1$s', %2$s, t::text FROM public.%1$s t".formatted(table, key);
    String hash =
        "SELECT coalesce(sum(hashtextextended(t::text, 0)), 0) FROM public.%s t".formatted(table);
    kept.put(table, new ArrayList<>());
    try (Statement statement = server.createStatement()) {
      try (ResultSet found = statement.executeQuery(rows)) {
        read(found, kept, new ArrayList<>());
      }
      try (ResultSet sum = statement.executeQuery(hash)) {
        sum.next();
        return """
        IF (%1$s) <> %2$s THEN
          RETURN QUERY SELECT '%3$s', NULL::text[], NULL::text;
          RETURN QUERY %4$s;
          DELETE FROM public.%3$s;
          INSERT INTO public.%3$s (%5$s) OVERRIDING SYSTEM VALUE TABLE keep.%3$s;
        END IF;
        """
            .formatted(hash, sum.getString(1), table, rows, columns);
      }
    }
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

  /** The rows of a table, if a program has left it as it was. */
  List<StoredRows.Row> of(String table) {
    return kept.getOrDefault(table, List.of());
  }

  /** Says what programs have left, and takes it back. */
  Left takeBack() throws SQLException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      Map<String, List<StoredRows.Row>> rows = new HashMap<>();
      List<String> sequences = new ArrayList<>();
      try (ResultSet found = question.executeQuery()) {
        read(found, rows, sequences);
        return new Left(rows, sequences);
      } catch (SQLException e) {
        if (!Waits.STATE.equals(e.getSQLState()) || System.nanoTime() > until) {
          throw e;
        }
      }
    }
  }

  private static void read(
      ResultSet found, Map<String, List<StoredRows.Row>> rows, List<String> sequences)
      throws SQLException {
    while (found.next()) {
      String what = found.getString(1);
      String line = found.getString(3);
      if (what.equals(SEQUENCE)) {
        sequences.add(line);
        continue;
      }
      List<StoredRows.Row> all = rows.computeIfAbsent(what, table -> new ArrayList<>());
      if (line != null) {
        String[] key = (String[]) found.getArray(2).getArray();
        all.add(new StoredRows.Row(List.of(key), line));
      }
    }
  }

  @Override
  public void close() throws SQLException {
    question.close();
  }
}
