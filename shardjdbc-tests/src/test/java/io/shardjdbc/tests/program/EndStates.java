package io.shardjdbc.tests.program;

import io.shardjdbc.config.TransactionMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares what the sessions of a program have left, in themselves and for whoever comes next. */
final class EndStates {

  private static final List<String> SETTINGS =
      List.of(
          "work_mem",
          "timezone",
          "search_path",
          "statement_timeout",
          "lock_timeout",
          "datestyle",
          "intervalstyle",
          "bytea_output",
          "row_security",
          "client_min_messages",
          "enable_seqscan",
          "default_transaction_isolation",
          "default_transaction_read_only",
          "session_replication_role",
          "default_transaction_deferrable",
          "check_function_bodies",
          "constraint_exclusion",
          "role");

  private static final String OF_SESSION =
      "SELECT current_user || '/' || session_user"
          + " || '/' || coalesce(current_setting('app.tenant', true), 'null')"
          + " || '/' || coalesce(current_setting('app.x', true), 'null')"
          + SETTINGS.stream()
              .map(name -> " || '/%s=' || current_setting('%s')".formatted(name, name))
              .collect(Collectors.joining());

  private static final String TRACES =
      "SELECT current_user || '/' || session_user || '/' || coalesce(current_setting('app.tenant',"
          + " true), 'null') || '/' || coalesce(current_setting('app.x', true), 'null') || '/' ||"
          + " coalesce(current_setting('app.left', true), 'null') || '/' ||"
          + " coalesce(current_setting('app.local', true), 'null') || '/locks ' || (SELECT count(*)"
          + " FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) || '/temporary"
          + " ' || (SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND"
          + " pg_table_is_visible(oid)) || '/listens ' || (SELECT count(*) FROM"
          + " pg_listening_channels()) || '/cursors ' || (SELECT count(*) FROM pg_cursors WHERE"
          + " is_holdable) || '/prepared ' || (SELECT count(*) FROM pg_prepared_statements WHERE"
          + " from_sql)"
          + SETTINGS.stream()
              .map(name -> " || '/%s=' || current_setting('%s')".formatted(name, name))
              .collect(Collectors.joining());

  private static final String LOCKS =
      """
      SELECT classid || ',' || objid || ',' || objsubid || ',' || mode || ',' || granted
      FROM pg_locks WHERE locktype = 'advisory' AND objid BETWEEN 700 AND 799
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """;

  private static final String PREPARED =
      " UNION ALL SELECT 'prepared' FROM pg_prepared_xacts WHERE database = current_database()";

  private static final String LOGS_STATE =
      "SELECT last_value || '/' || is_called FROM public.logs_id_seq";

  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private final World world;
  private @Nullable String fresh;

  EndStates(World world) {
    this.world = world;
  }

  /**
   * The shards to look at: one of them, another for each program, where nothing may have been left,
   * and all where something may.
   */
  static List<String> shards(Program program, boolean all) {
    return all
        ? World.SHARDS
        : List.of(World.SHARDS.get((int) (program.seed() % World.SHARDS.size())));
  }

  /** Whether a session's settings are on the shards those of the one PostgreSQL. */
  Optional<String> ofSession(Session over, Session one, List<String> shards) throws SQLException {
    Connection mine = over.connection();
    Connection its = one.connection();
    String jdbc = jdbc(its);
    if (!jdbc.equals(jdbc(mine))) {
      return Optional.of("one PostgreSQL: " + jdbc + "\n    over shards: " + jdbc(mine));
    }
    String expected = one(its, OF_SESSION);
    boolean ofOneMoment =
        one.inTransaction() && jdbc.contains("isolation") && !jdbc.contains("isolation 2");
    for (String shard : ofOneMoment ? List.of("") : shards) {
      String actual = one(mine, (shard.isEmpty() ? "" : hint(shard)) + OF_SESSION);
      if (!actual.equals(expected) && !actual.contains("SJ0602")) {
        return Optional.of("one PostgreSQL: " + expected + "\n    on " + shard + ": " + actual);
      }
    }
    return Optional.empty();
  }

  private static String jdbc(Connection connection) throws SQLException {
    return "auto-commit %s, read-only %s, isolation %s, holdability %d, schema %s"
        .formatted(
            connection.getAutoCommit(),
            connection.isReadOnly(),
            said(connection::getTransactionIsolation),
            connection.getHoldability(),
            said(connection::getSchema));
  }

  /**
   * Asks the session; PostgreSQL's driver asks the server, and gets an error when it is aborted.
   */
  @FunctionalInterface
  private interface Asking {
    @Nullable Object ask() throws SQLException;
  }

  private static String said(Asking asking) {
    try {
      return String.valueOf(asking.ask());
    } catch (SQLException e) {
      return String.valueOf(e.getSQLState());
    }
  }

  /** Ends what a session has open, alike on both sides, and compares what then stays. */
  Optional<String> ended(Session over, Session one, boolean commit, List<String> shards)
      throws SQLException {
    if (one.inTransaction()) {
      String actual = end(over, commit);
      if (actual.startsWith("SJ") && Codes.isRefusal(actual.substring(0, 6))) {
        one.rollback();
        return ofSession(over, one, shards);
      }
      String expected = end(one, commit);
      if (!expected.equals(actual) && !expected.equals("25P02")) {
        return Optional.of("one PostgreSQL: " + expected + "\n    over shards: " + actual);
      }
      Optional<String> difference = ofSession(over, one, shards);
      over.rollback();
      one.rollback();
      return difference;
    }
    return Optional.empty();
  }

  private static void commit(Connection connection) throws SQLException {
    if (connection.getAutoCommit()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("COMMIT");
      }
    } else {
      connection.commit();
    }
  }

  private static String end(Session session, boolean commit) throws SQLException {
    try {
      if (commit) {
        session.commit(EndStates::commit);
      } else {
        session.rollback();
      }
      return "done";
    } catch (SQLException e) {
      session.rollback();
      String message = String.valueOf(e.getMessage());
      return message.startsWith("SJ") && Codes.isRefusal(message.substring(0, 6))
          ? message
          : String.valueOf(e.getSQLState());
    }
  }

  /** Whether the sequences have given the same numbers, each at its home, and locks are held. */
  Optional<String> ofServers() throws SQLException {
    String expected = one(world.single(), World.SEQUENCE_STATES) + one(world.single(), LOGS_STATE);
    String actual =
        one(world.shard("s0"), World.SEQUENCE_STATES) + one(world.shard("s2"), LOGS_STATE);
    if (!expected.equals(actual)) {
      return Optional.of("sequences stand at " + actual + " rather than " + expected);
    }
    List<String> wanted = all(world.single(), LOCKS);
    List<String> held = new ArrayList<>();
    for (Connection shard : world.shards().values()) {
      held.addAll(all(shard, LOCKS));
    }
    wanted.sort(null);
    held.sort(null);
    return wanted.equals(held)
        ? Optional.empty()
        : Optional.of("advisory locks: " + wanted + " on one PostgreSQL, over shards " + held);
  }

  /** Whether whoever gets the connections next finds fresh sessions, and nothing is left over. */
  Optional<String> ofBorrowers(List<String> shards) throws SQLException {
    String expected = fresh();
    try (Connection next = world.over(TransactionMode.TWO_PHASE)) {
      for (String shard : shards) {
        Connection server = world.shard(shard);
        List<String> left = all(server, LOCKS + PREPARED);
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!left.isEmpty() && System.nanoTime() < until) {
          left = all(server, LOCKS + PREPARED); // a server ends a closed session by and by
        }
        if (!left.isEmpty()) {
          return Optional.of("nobody ends on " + shard + ": " + left);
        }
        String actual = one(next, hint(shard) + TRACES);
        if (!expected.equals(actual)) {
          return Optional.of(
              "the next borrower on "
                  + shard
                  + " finds "
                  + actual
                  + "\n    rather than "
                  + expected);
        }
      }
    }
    return Optional.empty();
  }

  private String fresh() throws SQLException {
    if (fresh == null) {
      try (Connection connection = world.one()) {
        fresh = one(connection, TRACES);
      }
    }
    return fresh;
  }

  private static String hint(String shard) {
    return "/* shardjdbc: shard=" + shard + " */ ";
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try {
      return all(connection, sql).get(0);
    } catch (SQLException e) {
      return "failed " + e.getSQLState() + (e.getSQLState().equals("25P02") ? "" : e.getMessage());
    }
  }

  private static List<String> all(Connection connection, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }
}
