package io.shardjdbc.replication.failover;

import io.shardjdbc.replication.probe.ConnectionSource;
import io.shardjdbc.replication.probe.ProbeSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A session on one server during a failover.
 *
 * <p>The session is the fencing token. It takes an advisory lock, which a standby grants as a
 * primary does and which lives and dies with the session; and the promotion is asked for over that
 * very session. A process that lost its lock, because it was stopped for long or cut off, has lost
 * with it the only way in which it could promote.
 */
public final class Ballot implements AutoCloseable {
  /** "shardjdb" in ASCII; advisory locks of applications are elsewhere, one hopes. */
  private static final long LOCK = 0x73686172646a6462L;

  private static final int PROMOTION_SECONDS = 60;

  private static final String LOOK =
      """
      SELECT r.standby, c.system_identifier, %s,
             CASE WHEN r.standby
                  THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                  ELSE pg_current_wal_insert_lsn() END,
             (SELECT (extract(epoch FROM w.last_msg_receipt_time) * 1000000)::bigint
              FROM pg_stat_wal_receiver w)
      FROM pg_control_system() c, (SELECT pg_is_in_recovery() AS standby OFFSET 0) r
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
          row.getLong(5));
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

  /** Promotes the server, and returns whether it has become a primary. */
  public boolean promote() throws SQLException {
    connection.setNetworkTimeout(Runnable::run, (PROMOTION_SECONDS + 10) * 1000);
    try (PreparedStatement statement = connection.prepareStatement("SELECT pg_promote(true, ?)")) {
      statement.setInt(1, PROMOTION_SECONDS);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Ends the session, and with it the lock. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
