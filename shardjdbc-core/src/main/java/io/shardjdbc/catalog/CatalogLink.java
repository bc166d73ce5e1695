package io.shardjdbc.catalog;

import io.shardjdbc.pool.NodePool;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ShardId;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a shard's primary for questions about the schema, kept between them.
 *
 * <p>It is beside the pools, so that a caller who holds the last pooled one can plan too.
 * Thread-safe: one question at a time. Another primary gets another connection, and so does one
 * whose connection broke in the meantime.
 */
final class CatalogLink {

  /** A question is a few rows of system tables; a server that takes longer does not answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A definition whose view somebody is replacing is waited for no longer than this. */
  private static final String SETTINGS = "SET lock_timeout = '2s'";

  private final ShardNodes nodes;
  private final ShardId shard;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile @Nullable Connection connection;
  private @Nullable NodePool node;
  private volatile boolean closed;

  CatalogLink(ShardNodes nodes, ShardId shard) {
    this.nodes = nodes;
    this.shard = shard;
  }

  /** Something to ask a server. */
  interface Question<T> {
    Optional<T> ask(Connection connection) throws SQLException;
  }

  <T> Optional<T> ask(Question<T> question) throws SQLException {
    turn.lock();
    try {
      return answer(question);
    } finally {
      turn.unlock();
    }
  }

  private <T> Optional<T> answer(Question<T> question) throws SQLException {
    NodePool primary = nodes.primary(shard);
    Connection kept = connection;
    if (kept != null && node == primary) {
      try {
        return question.ask(kept);
      } catch (SQLException e) {
        if (!kept.isClosed() || e.getCause() instanceof SocketTimeoutException) {
          throw e;
        }
      }
    }
    return question.ask(reopened(primary));
  }

  private Connection reopened(NodePool primary) throws SQLException {
    drop();
    Connection fresh = primary.open();
    try (Statement settings = fresh.createStatement()) {
      fresh.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
      settings.execute(SETTINGS);
    } catch (SQLException e) {
      fresh.close();
      throw e;
    }
    connection = fresh;
    node = primary;
    if (closed) {
      drop();
    }
    return fresh;
  }

  private void drop() {
    Connection kept = connection;
    connection = null;
    node = null;
    if (kept != null) {
      try {
        kept.close();
      } catch (SQLException e) {
        // It is gone either way.
      }
    }
  }

  /** A question that is being asked is cut off: its server may be silent. */
  void close() {
    closed = true;
    if (turn.tryLock()) {
      try {
        drop();
      } finally {
        turn.unlock();
      }
    } else {
      cut();
    }
  }

  private void cut() {
    Connection asked = connection;
    if (asked != null) {
      try {
        asked.abort(Runnable::run);
      } catch (SQLException e) {
        // It is gone either way.
      }
    }
  }
}
