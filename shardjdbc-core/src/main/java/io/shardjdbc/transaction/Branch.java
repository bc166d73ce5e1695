package io.shardjdbc.transaction;

import io.shardjdbc.config.DecisionDurability;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.routing.ShardId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** One participant of a two-phase commit, and how far it has got. One thread at a time uses it. */
final class Branch {

  /**
   * Whether the server has given the transaction an id, as it does for whatever has to be written
   * down: changed rows, locked rows.
   */
  static final String HAS_WRITTEN =
      "SELECT pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL";

  /** Under SERIALIZABLE a reader can fail its commit too, unless it has said that it reads only. */
  private static final String AND_MAY_FAIL =
      ", pg_catalog.current_setting('transaction_isolation') OPERATOR(pg_catalog.=) 'serializable'"
          + " AND pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'off'";

  private static final String BUSY = "55000";
  private static final String DENIED = "42501";
  private static final Duration PAUSE = Duration.ofMillis(1);

  private final Participant participant;
  private final int networkTimeoutBefore;
  private boolean prepared;
  private boolean mayBePrepared;
  private boolean endsLater;

  /**
   * @param networkTimeoutMillis for each answer of the server until {@link #restore}
   */
  Branch(Participant participant, int networkTimeoutMillis) throws SQLException {
    this.participant = participant;
    this.networkTimeoutBefore = participant.connection().getNetworkTimeout();
    if (networkTimeoutBefore == 0 || networkTimeoutBefore > networkTimeoutMillis) {
      participant.connection().setNetworkTimeout(Runnable::run, networkTimeoutMillis);
    }
  }

  ShardId shard() {
    return participant.shard();
  }

  Participant participant() {
    return participant;
  }

  boolean isPrepared() {
    return prepared;
  }

  /** Whether its connection was lost while it prepared. */
  boolean mayBePrepared() {
    return mayBePrepared;
  }

  /** What its server says of it: whether it has written, and else whether it can fail to commit. */
  enum Kind {
    WRITER,
    READER_THAT_MAY_FAIL,
    READER
  }

  Kind kind() throws SQLException {
    try (Statement statement = participant.connection().createStatement();
        ResultSet row = statement.executeQuery(HAS_WRITTEN + AND_MAY_FAIL)) {
      row.next();
      if (row.getBoolean(1)) {
        return Kind.WRITER;
      }
      return row.getBoolean(2) ? Kind.READER_THAT_MAY_FAIL : Kind.READER;
    } catch (SQLException e) {
      participant.failed(e);
      throw SqlErrors.onShard(shard(), e);
    }
  }

  /**
   * Prepares it. Where its writes asked for a durability, that stays on the session, because what
   * COMMIT PREPARED waits for is the session's own setting by then.
   *
   * @param also what is to be done in the same exchange
   */
  void prepare(Gid gid, DecisionDurability least, String also) throws SQLException {
    Durability asked = participant.durability();
    try {
      if (asked == null) {
        execute(DecisionTable.prepare(gid.literal(), least.setting(), also));
      } else {
        participant.settingLeft();
        execute(DecisionTable.prepareToKeep(gid, least.setting(), also));
      }
      prepared = true;
    } catch (SQLException e) {
      mayBePrepared = SqlErrors.isConnectionLost(e);
      throw e;
    }
  }

  /**
   * Ends what is prepared, on the connection that prepared it. While a recoverer is at it, the
   * server calls it busy; the caller should find it ended, so that is waited for. Whoever the
   * session is may not end what another has prepared, so it is the login's meanwhile.
   */
  void end(Gid gid, boolean commit, Duration patience) throws SQLException {
    participant.connection().setAutoCommit(true);
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        execute(DecisionTable.end(gid, commit));
        return;
      } catch (SQLException e) {
        if (DENIED.equals(e.getSQLState())) {
          endAsLogin(gid, commit);
          return;
        }
        if (!BUSY.equals(e.getSQLState()) || System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Takes the session's user and role off for it. */
  private void endAsLogin(Gid gid, boolean commit) throws SQLException {
    String whose;
    try (Statement statement = participant.connection().createStatement();
        ResultSet row = statement.executeQuery(DecisionTable.WHOSE)) {
      row.next();
      whose = row.getString(1);
    }
    participant.settingLeft();
    execute("SET SESSION AUTHORIZATION DEFAULT");
    try {
      execute(DecisionTable.end(gid, commit));
    } finally {
      execute(whose);
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = participant.connection().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      participant.failed(e);
      throw e;
    }
  }

  /**
   * Says it, and returns how many rows it has inserted. Where the session was another user's
   * meanwhile, no server gives it back its user and its role together.
   */
  int note(DecisionNote note) throws SQLException {
    try (PreparedStatement statement = note.on(participant.connection())) {
      boolean rows = statement.execute();
      int count = -1;
      boolean moved = false;
      while (rows || statement.getUpdateCount() >= 0) {
        if (rows) {
          ResultSet row = statement.getResultSet();
          moved = row.next() && row.getString(1) != null;
        } else {
          count = statement.getUpdateCount();
        }
        rows = statement.getMoreResults();
      }
      if (moved) {
        participant.settingLeft();
      }
      return count;
    } catch (SQLException e) {
      participant.settingLeft();
      participant.failed(e);
      throw e;
    }
  }

  /** Is ended behind the caller's back. */
  void endsLater(Ending ending) {
    endsLater = true;
    ending.then(this::restoreTimeout);
    participant.endsLater(ending);
  }

  /** Gives the connection back its own time-out, unless the branch is still to be ended. */
  void restore() {
    if (!endsLater) {
      restoreTimeout();
    }
  }

  private void restoreTimeout() {
    try {
      if (!participant.connection().isClosed()) {
        participant.connection().setNetworkTimeout(Runnable::run, networkTimeoutBefore);
      }
    } catch (SQLException e) {
      participant.failed(e);
    }
  }
}
