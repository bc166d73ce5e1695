package io.shardjdbc.tests.reshard;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plain sessions that stay open between two looks at a server, so that no look starts a process.
 *
 * <p>Each look has a session for itself while it lasts, since one may wait for what another one
 * does. It finds none of what was set in the session before. Sessions that servers have ended are
 * replaced.
 */
final class KeptSessions implements AutoCloseable {

  /** Leaves these sessions out of a query of pg_stat_activity. */
  static final String OTHERS = "application_name <> 'kept'";

  /** The name from the first message on, which no reset takes away. */
  private static final String NAMED = "&ApplicationName=kept&assumeMinServerVersion=9.0";

  private static final int SECONDS = 5;

  private final Map<String, Deque<Connection>> idle = new HashMap<>();

  private interface Use<T> {
    T of(Statement statement) throws SQLException;
  }

  void run(String url, String... statements) throws SQLException {
    use(
        url,
        statement -> {
          for (String sql : statements) {
            statement.execute(sql);
          }
          return statement.execute("DISCARD ALL");
        });
  }

  /** The first column of what a query gives. */
  List<String> rows(String url, String sql) throws SQLException {
    return use(
        url,
        statement -> {
          List<String> all = new ArrayList<>();
          try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
              all.add(rows.getString(1));
            }
          }
          return all;
        });
  }

  /** One whose use has gone wrong is not kept: it may be within a transaction. */
  private <T> T use(String url, Use<T> use) throws SQLException {
    Connection session = take(url);
    try (Statement statement = session.createStatement()) {
      T result = use.of(statement);
      giveBack(url, session);
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private Connection take(String url) throws SQLException {
    for (Connection kept = next(url); kept != null; kept = next(url)) {
      if (kept.isValid(SECONDS)) {
        return kept;
      }
      kept.close();
    }
    return DriverManager.getConnection(url + NAMED);
  }

  private synchronized @Nullable Connection next(String url) {
    Deque<Connection> kept = idle.get(url);
    return kept == null ? null : kept.poll();
  }

  private synchronized void giveBack(String url, Connection session) {
    idle.computeIfAbsent(url, u -> new ArrayDeque<>()).push(session);
  }

  @Override
  public synchronized void close() throws SQLException {
    for (Deque<Connection> kept : idle.values()) {
      for (Connection session : kept) {
        session.close();
      }
    }
    idle.clear();
  }
}
