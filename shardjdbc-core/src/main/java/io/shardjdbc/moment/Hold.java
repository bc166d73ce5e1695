package io.shardjdbc.moment;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.DecisionLock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a shard's primary by which nobody can decide there for a while.
 *
 * <p>The lock is one of a transaction, so that whatever becomes of this process it ends with it;
 * and a server ends a transaction that is idle for too long, as that of a process which is stopped.
 * That the transaction can still commit at the end proves that the lock was there all the time.
 *
 * <p>Kept for the next time. Not thread-safe.
 */
final class Hold {

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** So long a process that says nothing more can keep others from deciding. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private static final String SETTINGS =
      "SET default_transaction_isolation = 'read committed'; SET statement_timeout = 0;"
          + " SET application_name = 'shardjdbc snapshot';"
          + " SET idle_in_transaction_session_timeout = "
          + SILENCE.toMillis();

  /** What the database is known by, whatever a configuration calls its shard. */
  private static final String DATABASE =
      "SELECT c.system_identifier || '/' || d.oid FROM pg_catalog.pg_control_system() c,"
          + " pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

  private static final String IS_STANDBY = ", pg_catalog.pg_is_in_recovery()";

  private final ShardId shard;
  private final Duration patience;
  private @Nullable NodePool node;
  private String database = "";
  private boolean keptSince;
  private @Nullable Connection connection;

  /**
   * @param patience for what a server answers at once if it answers at all
   */
  Hold(ShardId shard, Duration patience) {
    this.shard = shard;
    this.patience = patience;
  }

  ShardId shard() {
    return shard;
  }

  /** Where it is; null where it is nowhere. */
  @Nullable NodePool node() {
    return node;
  }

  /** The same, where it is somewhere. */
  NodePool pool() {
    NodePool somewhere = node;
    if (somewhere == null) {
      throw new IllegalStateException("shard " + shard + " is not held");
    }
    return somewhere;
  }

  /** What its database is known by, by which all readers stand in one line. */
  String database() {
    return database;
  }

  /** Whether its session has ended, and its lock with it. */
  boolean isLost() {
    Connection open = connection;
    try {
      return open == null || open.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** How far its server has logged what it has done. */
  WalPosition position() throws SQLException {
    return WalPosition.of(connection());
  }

  /** In the transaction that has the lock. */
  Connection connection() {
    Connection open = connection;
    if (open == null) {
      throw new IllegalStateException("shard " + shard + " is not held");
    }
    return open;
  }

  /** Is on a connection to this primary. */
  void on(NodePool primary) throws SQLException {
    Connection open = connection;
    if (open != null && node == primary && !open.isClosed()) {
      return;
    }
    drop();
    Connection fresh = primary.openKept();
    try (Statement statement = fresh.createStatement()) {
      fresh.setNetworkTimeout(Runnable::run, (int) patience.toMillis());
      statement.execute(SETTINGS);
      try (ResultSet row = statement.executeQuery(DATABASE)) {
        row.next();
        database = row.getString(1);
      }
      fresh.setAutoCommit(false);
    } catch (SQLException e) {
      fresh.close();
      throw SqlErrors.onShard(shard, e);
    }
    connection = fresh;
    node = primary;
    keptSince = false;
  }

  /** Waits until nobody else of those who take moments is before us; false if that takes longer. */
  boolean standInLine(Duration wait) throws SQLException {
    return lock(DecisionLock.FIRST_IN_LINE, wait);
  }

  /** Waits until nobody decides; false if that takes longer. */
  boolean lock(Duration wait) throws SQLException {
    return lock(DecisionLock.ALONE, wait);
  }

  /** In one exchange, which also says that it is the primary: a standby grants locks, too. */
  private boolean lock(String lock, Duration wait) throws SQLException {
    boolean onStandby;
    try (Statement statement = connection().createStatement()) {
      statement.execute("SET LOCAL lock_timeout = " + wait.toMillis() + "; " + lock + IS_STANDBY);
      while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
        if (statement.getResultSet() != null) {
          break;
        }
      }
      onStandby = isTrue(statement);
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return false;
      }
      NodePool before = node;
      boolean died = keptSince && SqlErrors.isConnectionLost(e);
      drop();
      if (died && before != null) { // since it was last used, of which nobody has heard
        on(before);
        return lock(lock, wait);
      }
      throw SqlErrors.onShard(shard, e);
    }
    if (onStandby) {
      drop();
      throw SqlErrors.of(ErrorCode.SHARD_READ_ONLY, shard);
    }
    return true;
  }

  private static boolean isTrue(Statement statement) throws SQLException {
    try (ResultSet row = statement.getResultSet()) {
      return row.next() && row.getBoolean(2);
    }
  }

  /** Lets others decide again; true if nobody could all the time. */
  boolean letGo() {
    Connection open = connection;
    if (open == null) {
      return false;
    }
    try {
      open.commit();
      keptSince = true;
      return true;
    } catch (SQLException e) {
      drop();
      return false;
    }
  }

  /** The same where nothing depends on it. */
  void giveUp() {
    Connection open = connection;
    if (open != null) {
      try {
        open.rollback();
      } catch (SQLException e) {
        drop();
      }
    }
  }

  void drop() {
    Connection open = connection;
    connection = null;
    node = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // It is gone either way.
      }
    }
  }
}
