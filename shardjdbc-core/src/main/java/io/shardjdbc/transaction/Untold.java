package io.shardjdbc.transaction;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Parts of transactions that this process has committed, and whose shards could not be told.
 *
 * <p>The caller has been told, so whatever this process runs on such a shard must find the work:
 * before anything else the shard is told, by whoever comes first. Where that is not to be had, the
 * shard would show a time before the commit, and is refused. Thread-safe.
 */
public final class Untold {

  private static final String BUSY = "55000";
  private static final String UNDEFINED_OBJECT = "42704";
  private static final Duration PAUSE = Duration.ofMillis(1);

  private final Decisions decisions;
  private final Duration patience;
  private final Consumer<ShardId> told;
  private final Set<Gid> parts = ConcurrentHashMap.newKeySet();
  private final ReentrantLock turn = new ReentrantLock();

  /**
   * @param patience with a recoverer that is at it
   * @param told hears of each shard that shows the work from now on
   */
  public Untold(Decisions decisions, Duration patience, Consumer<ShardId> told) {
    this.decisions = decisions;
    this.patience = patience;
    this.told = told;
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  void add(Gid part) {
    parts.add(part);
  }

  /** Tells a shard what it has not been told. */
  void tell(ShardId shard) throws SQLException {
    if (parts.stream().noneMatch(part -> part.shard().equals(shard))) {
      return;
    }
    turn.lock();
    try {
      for (Gid part : parts) {
        if (part.shard().equals(shard)) {
          tell(part);
        }
      }
    } finally {
      turn.unlock();
    }
  }

  private void tell(Gid part) throws SQLException {
    ShardId shard = part.shard();
    try (Connection connection = decisions.open(shard);
        Statement statement = connection.createStatement()) {
      commit(statement, part);
    } catch (SQLException e) {
      throw SqlErrors.of(e, ErrorCode.NOT_TOLD_YET, shard, SqlErrors.reason(e));
    }
    parts.remove(part);
    told.accept(shard);
  }

  private void commit(Statement statement, Gid part) throws SQLException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        statement.execute(DecisionTable.end(part, true));
        return;
      } catch (SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (state.equals(UNDEFINED_OBJECT)) {
          return; // recovery has ended it, by the decision
        }
        if (!state.equals(BUSY) || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }
}
