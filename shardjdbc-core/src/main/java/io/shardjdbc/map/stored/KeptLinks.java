package io.shardjdbc.map.stored;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.pool.NodePool.Question;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A few connections to each shard's primary beside the pools, so that a caller who holds the last
 * pooled one can ask too. Thread-safe.
 */
final class KeptLinks {

  private static final int MOST = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What has come is remembered, so it has to be on the disk when it is told. */
  private static final String SETTINGS =
      "SET statement_timeout = '10s'; SELECT set_config('synchronous_commit', CASE WHEN"
          + " current_setting('synchronous_commit') IN ('off', 'local', 'remote_write') THEN 'on'"
          + " ELSE current_setting('synchronous_commit') END, false)";

  private final ShardNodes nodes;
  private final Map<NodePool, Links> all = new ConcurrentHashMap<>();

  KeptLinks(ShardNodes nodes) {
    this.nodes = nodes;
  }

  /** Those to one primary. */
  private record Links(ConcurrentLinkedDeque<Connection> idle, Semaphore free) {}

  /** Asks a shard's primary in a transaction of its own. */
  <T> T ask(ShardId shard, Question<T> question) throws SQLException {
    NodePool primary = nodes.primary(shard); // another one behind a failover
    Links links =
        all.computeIfAbsent(
            primary, p -> new Links(new ConcurrentLinkedDeque<>(), new Semaphore(MOST)));
    if (!acquire(links.free())) {
      throw SqlErrors.of(ErrorCode.ROWS_HELD, shard);
    }
    try {
      Connection idle = links.idle().poll();
      if (idle != null && !idle.isClosed()) {
        try {
          return ask(links, idle, question);
        } catch (SQLException e) {
          if (!isBroken(e)) {
            throw e;
          } // it was ended while nobody used it; what is asked may be asked twice
        }
      }
      return ask(links, opened(primary), question);
    } finally {
      links.free().release();
    }
  }

  private static <T> T ask(Links links, Connection open, Question<T> question) throws SQLException {
    try {
      T answer = question.ask(open);
      links.idle().push(open);
      return answer;
    } catch (SQLException | RuntimeException e) {
      open.close();
      throw e;
    }
  }

  private static boolean isBroken(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  /** Closes those that nobody uses at this moment. */
  void rest() {
    for (Links links : all.values()) {
      Connection idle;
      while ((idle = links.idle().poll()) != null) {
        try {
          idle.close();
        } catch (SQLException e) {
          // It is gone either way.
        }
      }
    }
  }

  private static boolean acquire(Semaphore free) {
    try {
      return free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Connection opened(NodePool primary) throws SQLException {
    Connection fresh = primary.openKept();
    try (Statement settings = fresh.createStatement()) {
      fresh.setNetworkTimeout(Runnable::run, (int) PATIENCE.multipliedBy(2).toMillis());
      settings.execute(SETTINGS);
      return fresh;
    } catch (SQLException e) {
      fresh.close();
      throw e;
    }
  }
}
