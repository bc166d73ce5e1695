package io.shardjdbc.pool;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A connection to a node for the library's own short questions, kept between them.
 *
 * <p>It is beside the pool, so that a caller who holds the last pooled one can ask too.
 * Thread-safe: one question at a time. One that broke in the meantime is opened again.
 */
final class QuestionLink {

  /** A question is a few rows of system tables; a server that takes longer does not answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A definition whose view somebody is replacing is waited for no longer than this. */
  private static final String PATIENCE_FOR_LOCKS = "SET lock_timeout = '2s'";

  /**
   * To plan a question takes several times as long as to answer it, and it never needs its values.
   */
  private static final String PLANNED_ONCE = "SET plan_cache_mode = force_generic_plan";

  private final NodePool node;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile @Nullable Connection connection;
  private volatile boolean closed;
  private volatile @Nullable Thread asker;
  private @Nullable SQLException refused; // in turn, as when it was
  private long refusedAt;

  QuestionLink(NodePool node) {
    this.node = node;
  }

  /**
   * Asks.
   *
   * @throws SQLException also if the server let nobody in while this question waited for its turn:
   *     all who wait would otherwise wait for that one after another
   */
  <T> T ask(NodePool.Question<T> question) throws SQLException {
    long since = System.nanoTime();
    turn.lock();
    try {
      asker = Thread.currentThread();
      SQLException heard = refused;
      if (heard != null && refusedAt - since > 0) {
        throw SqlErrors.unavailable(node.shard(), heard);
      }
      return answer(question);
    } finally {
      asker = null;
      turn.unlock();
    }
  }

  /** Whether a thread waits for an answer, or for its turn to ask. */
  boolean isAskedBy(Thread thread) {
    return asker == thread || turn.hasQueuedThread(thread);
  }

  private <T> T answer(NodePool.Question<T> question) throws SQLException {
    Connection kept = connection;
    if (kept != null) {
      try {
        return question.ask(kept);
      } catch (SQLException e) {
        if (!kept.isClosed() || e.getCause() instanceof SocketTimeoutException) {
          throw e;
        }
      }
    }
    return question.ask(reopened());
  }

  private Connection opened() throws SQLException {
    try {
      Connection fresh = node.open();
      refused = null;
      return fresh;
    } catch (SQLException e) {
      if (CodedError.is(e, ErrorCode.SHARD_UNAVAILABLE)) {
        refused = e;
        refusedAt = System.nanoTime();
      }
      throw e;
    }
  }

  private Connection reopened() throws SQLException {
    drop();
    Connection fresh = opened();
    try (Statement settings = fresh.createStatement()) {
      fresh.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
      settings.execute(PATIENCE_FOR_LOCKS + ";" + PLANNED_ONCE);
      PGConnection driver = fresh.unwrap(PGConnection.class);
      if (driver.getPrepareThreshold() > 0) { // with 0, something between does not keep sessions
        driver.setPrepareThreshold(1);
      }
    } catch (SQLException e) {
      fresh.close();
      throw e;
    }
    connection = fresh;
    if (closed) {
      drop();
    }
    return fresh;
  }

  /** Opens another connection for the next question. */
  void renew() {
    turn.lock();
    try {
      drop();
    } finally {
      turn.unlock();
    }
  }

  private void drop() {
    Connection kept = connection;
    connection = null;
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
