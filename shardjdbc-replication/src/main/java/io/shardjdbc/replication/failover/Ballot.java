package io.shardjdbc.replication.failover;

import io.shardjdbc.replication.probe.ConnectionSource;
import io.shardjdbc.replication.probe.ProbeSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;

/**
 * A session on one server during a failover.
 *
 * <p>The session is the fencing token. It takes an advisory lock, which a standby grants as a
 * primary does and which lives and dies with the session; and the promotion is asked for over that
 * very session. A process that lost its lock, because it was stopped for long or cut off, has lost
 * with it the only way in which it could promote.
 */
final class Ballot implements AutoCloseable {
  /** "shardjdb" in ASCII; advisory locks of applications are elsewhere, one hopes. */
  private static final long LOCK = 0x73686172646a6462L;

  private static final int PROMOTION_MILLIS = 60_000;
  private static final long PAUSE_NANOS = 10_000_000;

  /** A statement on a standby was cancelled, being in conflict with recovery. */
  private static final String CONFLICT = "40001";

  private static final String LOOK =
      """
      SELECT r.standby, c.system_identifier, %s,
             CASE WHEN r.standby
                  THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                  ELSE pg_current_wal_insert_lsn() END,
             (extract(epoch FROM w.last_msg_receipt_time) * 1000000)::bigint,
             w.pid IS NOT NULL,
             coalesce((extract(epoch FROM clock_timestamp() - w.last_msg_receipt_time)
                       * 1000)::bigint, -1),
             (SELECT setting::bigint / 2 FROM pg_settings WHERE name = 'wal_receiver_timeout'),
             coalesce(w.sender_host, ''), coalesce(w.sender_port, 0),
             coalesce(host(inet_server_addr()), ''), current_setting('port')::int
      FROM pg_control_system() c
      CROSS JOIN (SELECT pg_is_in_recovery() AS standby OFFSET 0) r
      LEFT JOIN pg_stat_wal_receiver w ON true
      """
          .formatted(ProbeSql.TIMELINE);

  private final Connection connection;

  private Ballot(Connection connection) {
    this.connection = connection;
  }

  /** Opens a session whose every operation ends in time. */
  public static Ballot open(ConnectionSource source, int timeoutMillis) throws SQLException {
    Connection connection = source.open();
    connection.setNetworkTimeout(Runnable::run, timeoutMillis);
    connection.setAutoCommit(true);
    return new Ballot(connection);
  }

  /** What the server says of itself. */
  public StandbyState look() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LOOK)) {
      row.next();
      return new StandbyState(
          row.getBoolean(1),
          row.getLong(2),
          row.getInt(3),
          ProbeSql.position(row.getString(4)),
          row.getLong(5),
          new StandbyState.Receiver(
              row.getBoolean(6), row.getLong(7), row.getLong(8), row.getString(9), row.getInt(10)),
          row.getString(11),
          row.getInt(12));
    }
  }

  /** Takes the lock unless another session has it. */
  public boolean tryLock() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
      statement.setLong(1, LOCK);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Promotes the server, and returns whether it has become a primary.
   *
   * <p>The statement that asks for it does not wait: its snapshot could be in the way of what is
   * still to be replayed, and a standby that is behind cancels such a statement at once.
   */
  public boolean promote() throws SQLException {
    connection.setNetworkTimeout(Runnable::run, PROMOTION_MILLIS);
    isTrue("SELECT pg_promote(false)");
    long begin = System.nanoTime();
    while (isStandby()) {
      if (System.nanoTime() - begin > PROMOTION_MILLIS * 1_000_000L
          || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }

  private boolean isStandby() throws SQLException {
    try {
      return isTrue("SELECT pg_is_in_recovery()");
    } catch (SQLException e) {
      if (CONFLICT.equals(e.getSQLState())) {
        return true;
      }
      throw e;
    }
  }

  private boolean isTrue(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** Ends the session, and with it the lock. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
