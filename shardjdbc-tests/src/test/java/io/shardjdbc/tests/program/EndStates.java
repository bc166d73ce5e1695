package io.shardjdbc.tests.program;

import io.shardjdbc.config.TransactionMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
              .collect(Collectors.joining())
          + " || '/' || current_setting('transaction_isolation')";

  private static final String READ_COMMITTED = "/read committed";

  /** What the next session finds in itself. To look through a server's locks takes it long. */
  private static final String TRACES =
      "SELECT current_user || '/' || session_user || '/' || coalesce(current_setting('app.tenant',"
          + " true), 'null') || '/' || coalesce(current_setting('app.x', true), 'null') || '/' ||"
          + " coalesce(current_setting('app.left', true), 'null') || '/' ||"
          + " coalesce(current_setting('app.local', true), 'null') || '/locks ' || %s ||"
          + " '/temporary ' || CASE WHEN pg_my_temp_schema() = 0 THEN 0 ELSE (SELECT count(*) FROM"
          + " pg_class WHERE relpersistence = 't' AND pg_table_is_visible(oid)) END || '/listens '"
          + " || (SELECT count(*) FROM pg_listening_channels()) || '/cursors ' || (SELECT count(*)"
          + " FROM pg_cursor() WHERE is_holdable) || '/prepared ' || (SELECT count(*) FROM"
          + " pg_prepared_statement() WHERE from_sql)"
          + SETTINGS.stream()
              .map(name -> " || '/%1$s=' || current_setting('%1$s')".formatted(name))
              .collect(Collectors.joining());

  private static final String NO_LOCKS = TRACES.formatted("0");

  private static final String WITH_LOCKS =
      TRACES.formatted(
          "(SELECT count(*) FROM pg_lock_status() WHERE locktype = 'advisory' AND pid ="
              + " pg_backend_pid())");

  /** What closed sessions have left on a server. */
  private static final String LEFT =
      "SELECT (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()) +"
          + " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid BETWEEN 700 AND"
          + " 799 AND database = (SELECT oid FROM pg_database WHERE datname ="
          + " current_database()))";

  private static final String LOCKS =
      """
      SELECT classid || ',' || objid || ',' || objsubid || ',' || mode || ',' || granted
      FROM pg_locks WHERE locktype = 'advisory' AND objid BETWEEN 700 AND 799
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """;

  /** One program of so many has the next sessions look for locks of any number. */
  private static final int LOOKS_FOR_LOCKS = 8;

  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final World world;
  private final Map<String, PreparedStatement> left = new HashMap<>();
  private @Nullable String fresh;

  EndStates(World world) {
    this.world = world;
  }

  /**
   * Whether a session's settings are those of the one PostgreSQL: on one shard, another for each
   * program and session.
   *
   * @param draw what chooses how to look
   */
  Optional<String> ofSession(Session over, Session one, int draw) throws SQLException {
    Connection mine = over.connection();
    Connection its = one.connection();
    if (draw % 4 == 0) {
      String jdbc = jdbc(its);
      if (!jdbc.equals(jdbc(mine))) {
        return Optional.of("one PostgreSQL: " + jdbc + "\n    over shards: " + jdbc(mine));
      }
    }
    String expected = one(its, OF_SESSION);
    // Of one moment are the shards of the transaction alone; another one cannot join.
    boolean ofOneMoment = one.inTransaction() && !expected.endsWith(READ_COMMITTED);
    String shard = ofOneMoment ? "" : hint(World.SHARDS.get(draw % World.SHARDS.size()));
    String actual = one(mine, shard + OF_SESSION);
    // What triggers of several statements have set on several shards may not be known of each.
    return actual.equals(expected) || actual.contains("SJ0602") || actual.contains("SJ0348")
        ? Optional.empty()
        : Optional.of("one PostgreSQL: " + expected + "\n    " + shard + ": " + actual);
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
  Optional<String> ended(Session over, Session one, int draw) throws SQLException {
    boolean commit = draw % 4 != 0;
    if (one.inTransaction()) {
      String actual = end(over, commit);
      if (actual.startsWith("SJ") && Codes.isRefusal(actual.substring(0, 6))) {
        one.rollback();
        return ofSession(over, one, draw + 1);
      }
      String expected = end(one, commit);
      if (!expected.equals(actual) && !expected.equals("25P02")) {
        return Optional.of("one PostgreSQL: " + expected + "\n    over shards: " + actual);
      }
      Optional<String> difference = ofSession(over, one, draw + 1);
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

  /** Whether the same advisory locks are held, each on one server. */
  Optional<String> ofLocks() throws SQLException {
    List<String> wanted = all(world.databases().single(), LOCKS);
    List<String> held = new ArrayList<>();
    for (Connection shard : world.databases().shards().values()) {
      held.addAll(all(shard, LOCKS));
    }
    wanted.sort(null);
    held.sort(null);
    return wanted.equals(held)
        ? Optional.empty()
        : Optional.of("advisory locks: " + wanted + " on one PostgreSQL, over shards " + held);
  }

  /**
   * Whether whoever gets the connections next finds fresh sessions, and nothing is left over: on
   * all shards where something may have been left, otherwise on one of them, another for each
   * program.
   */
  Optional<String> ofBorrowers(Program program) throws SQLException {
    String expected = fresh();
    boolean looksForLocks = program.locks() || program.seed() % LOOKS_FOR_LOCKS == 0;
    List<String> shards =
        program.leavesState()
            ? World.SHARDS
            : List.of(World.SHARDS.get((int) (program.seed() % World.SHARDS.size())));
    try (Connection next = world.over(TransactionMode.TWO_PHASE)) {
      for (String shard : shards) {
        String actual = all(next, hint(shard) + (looksForLocks ? WITH_LOCKS : NO_LOCKS)).get(0);
        if (!expected.equals(actual)) {
          return Optional.of(
              "the next borrower on "
                  + shard
                  + " finds "
                  + actual
                  + "\n    rather than "
                  + expected);
        }
        if (isLeftOn(shard)) {
          return Optional.of("locks or prepared transactions are left on " + shard);
        }
      }
    }
    return Optional.empty();
  }

  /** A server ends a closed session by and by. */
  private boolean isLeftOn(String shard) throws SQLException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    Connection server = Objects.requireNonNull(world.databases().shards().get(shard));
    PreparedStatement question = left.get(shard);
    if (question == null) {
      question = server.prepareStatement(LEFT);
      left.put(shard, question);
    }
    while (true) {
      try (ResultSet row = question.executeQuery()) {
        row.next();
        if (row.getLong(1) == 0) {
          return false;
        }
      }
      if (System.nanoTime() > until) {
        return true;
      }
    }
  }

  private String fresh() throws SQLException {
    if (fresh == null) {
      try (Connection connection = world.one()) {
        fresh = all(connection, NO_LOCKS).get(0);
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
