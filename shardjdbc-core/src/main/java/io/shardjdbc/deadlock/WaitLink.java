package io.shardjdbc.deadlock;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.DecisionLock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a shard's primary, kept to look at who waits, and to end one of them.
 * Thread-safe.
 *
 * <p>Who is ended is told so by a lock that this connection has for a while: his process asks for
 * it when its statement is cancelled by nobody it knows.
 */
final class WaitLink implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** So long a process that is slow can learn why its statement was cancelled. */
  private static final Duration TOLD_FOR = Duration.ofSeconds(30);

  /** What the sessions that look are called. */
  static final String NAME = "shardjdbc deadlocks";

  /**
   * So long a process that says nothing more can keep others from ending deadlocks. A transaction
   * would do for the lock, too, but all looks of one transaction show the same sessions.
   */
  private static final String LIMIT = "SET idle_session_timeout = '3s'";

  private static final String NO_LIMIT = "SET idle_session_timeout = 0";

  private static final String SETTINGS =
      "SET application_name = '" + NAME + "'; SET statement_timeout = '4s'; " + NO_LIMIT;

  private static final String CANCEL =
      "SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_locks"
          + " WHERE pid = ? AND NOT granted"
          + " AND (extract(epoch FROM waitstart) * 1000000)::int8 = ? LIMIT 1";

  private static final String FIRST =
      "SELECT pg_catalog.pg_try_advisory_lock" + DecisionLock.ONE_WATCHER;
  private static final String LET_GO =
      "SELECT pg_catalog.pg_advisory_unlock" + DecisionLock.ONE_WATCHER;

  private final ShardId shard;
  private final Map<Long, Long> victims = new TreeMap<>();

  /**
   * What other processes are let know; in front of all that is said, so that it is always there.
   */
  private String words = "";

  private @Nullable NodePool node;
  private @Nullable Connection connection;

  WaitLink(ShardId shard) {
    this.shard = shard;
  }

  /**
   * What is seen there.
   *
   * @param said by other processes
   */
  record Sight(ShardId shard, List<Wait> waits, List<Published> said) {}

  /** Who waits there, and what other processes say. */
  synchronized Sight look(NodePool primary) throws SQLException {
    try {
      Connection open = on(primary);
      letGoOfOld(open);
      List<Wait> waits = WaitsQuery.on(shard, open, words);
      return new Sight(shard, waits, waits.isEmpty() ? List.of() : WaitsQuery.said(open, words));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /**
   * Lets other processes know something, until something else is said.
   *
   * @param text a comment; empty for nothing
   */
  synchronized void say(String text) throws SQLException {
    boolean isNews = !text.equals(words);
    words = text;
    if (isNews) {
      run("SELECT 1");
    }
  }

  private void run(String sql) throws SQLException {
    Connection open = connection;
    if (open != null) {
      try (Statement statement = open.createStatement()) {
        statement.execute(words + sql);
      } catch (SQLException e) {
        throw failed(e);
      }
    }
  }

  /** Makes sure that no other process ends somebody of the same circle now; false if one does. */
  synchronized boolean goFirst() throws SQLException {
    run(LIMIT);
    boolean first = isTrue(FIRST);
    if (!first) {
      run(NO_LIMIT);
    }
    return first;
  }

  synchronized void letOthersGo() throws SQLException {
    isTrue(LET_GO);
    run(NO_LIMIT);
  }

  private boolean isTrue(String question) throws SQLException {
    Connection open = connection;
    if (open == null) {
      return false;
    }
    try (Statement statement = open.createStatement();
        ResultSet row = statement.executeQuery(words + question)) {
      return row.next() && row.getBoolean(1);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** Cancels what somebody waits in, if it is the same wait still; true if it was. */
  synchronized boolean cancel(Wait wait) throws SQLException {
    Connection open = connection;
    Long number = wait.waiter().number();
    if (open == null || number == null) {
      return false;
    }
    try (Statement statement = open.createStatement();
        PreparedStatement cancel = open.prepareStatement(words + CANCEL)) {
      statement.execute(words + TransactionMark.choose(number));
      victims.put(number, System.nanoTime());
      cancel.setInt(1, wait.waiter().process());
      cancel.setLong(2, wait.since());
      try (ResultSet row = cancel.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private void letGoOfOld(Connection open) throws SQLException {
    long now = System.nanoTime();
    for (Map.Entry<Long, Long> victim : List.copyOf(victims.entrySet())) {
      if (now - victim.getValue() > TOLD_FOR.toNanos()) {
        try (Statement statement = open.createStatement()) {
          statement.execute(words + TransactionMark.letGo(victim.getKey()));
        }
        victims.remove(victim.getKey());
      }
    }
  }

  private Connection on(NodePool primary) throws SQLException {
    Connection open = connection;
    if (open != null && node == primary && !open.isClosed()) {
      return open;
    }
    close();
    Connection fresh = primary.openKept();
    try (Statement statement = fresh.createStatement()) {
      fresh.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
      statement.execute(SETTINGS);
    } catch (SQLException e) {
      fresh.close();
      throw e;
    }
    connection = fresh;
    node = primary;
    return fresh;
  }

  private SQLException failed(SQLException e) {
    close();
    return SqlErrors.onShard(shard, e);
  }

  @Override
  public synchronized void close() {
    Connection open = connection;
    connection = null;
    node = null;
    victims.clear();
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // It is gone either way.
      }
    }
  }
}
