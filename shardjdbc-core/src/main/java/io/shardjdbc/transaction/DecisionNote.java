package io.shardjdbc.transaction;

import io.shardjdbc.outcome.TransactionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the deciding shard is told in its own transaction: that it commits, which decides for all.
 *
 * <p>It inserts the decision's row as one that takes part in {@linkplain DecisionLock deciding};
 * none where the store is not the one that the participants' names say, or a tombstone may have
 * been deleted already. The first column of its last row is not null where the session is another
 * user's than his who logged in.
 *
 * <p>It is one text with parameters, whatever it says, so that a server plans it once for each
 * connection: to plan its statements takes several times as long as to run them.
 *
 * @param login who seems to have logged in; if it is wrong, the server is asked more
 * @param shards those that are to be told
 * @param databases theirs
 * @param atLeast settings of {@code synchronous_commit} of which the strongest holds
 * @param silence after which the server ends the transaction of a process that has stopped
 * @param keep how long the row is kept
 * @param database what the database at the other end of the connection is known by; null where the
 *     server has to find out, from the disk
 */
record DecisionNote(
    TransactionId id,
    String login,
    List<String> shards,
    List<String> databases,
    List<String> atLeast,
    Duration silence,
    Duration keep,
    @Nullable String database) {

  private static final String NOTE_ROLE =
      ", set_config('shardjdbc.role', current_setting('role'), true)"
          + ", set_config('shardjdbc.user', session_user, true)";

  /** The user who logged in, whatever the session's is now; the server alone knows him for sure. */
  private static final String LOGIN =
      "(SELECT rolname FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) a"
          + " JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid)";

  private static final String AS_WHO_LOGGED_IN =
      ", CASE WHEN session_user <> ?::text AND session_user <> "
          + LOGIN
          + " THEN set_config('session_authorization', "
          + LOGIN
          + ", true) END";

  private static final String SILENCE = "idle_in_transaction_session_timeout";

  /** Lets the server wait for the next word of a transaction for so long, unless it is for less. */
  private static final String LIMIT_SILENCE =
      (", set_config('%1$s', coalesce(least(nullif((extract(epoch FROM"
              + " current_setting('%1$s')::interval) * 1000)::int8, 0), ?::int8), ?::int8)::text,"
              + " true), ")
          .formatted(SILENCE);

  /** Puts the application's time-outs back, for what follows. */
  private static final String IMPATIENT =
      "; SELECT "
          + DecisionTable.asNoted("lock_timeout")
          + ", "
          + DecisionTable.asNoted("statement_timeout");

  private static final String INSERT =
      "; INSERT INTO shardjdbc.decision (id, committed, participants, databases, keep_until)"
          + " SELECT ?::uuid, true, ?::text[], ?::text[],"
          + " clock_timestamp() + make_interval(secs => ?::float8)"
          + " WHERE EXISTS (SELECT FROM shardjdbc.store WHERE left(id::text, 8) = ?::text"
          + " AND database = coalesce(?::text, "
          + DecisionTable.DATABASE
          + ")) AND NOT EXISTS (SELECT FROM shardjdbc.horizon WHERE id >= ?::uuid)";

  /**
   * As who it was and with his names, so that deferred triggers run as he would have them at the
   * commit that follows.
   */
  private static final String AS_BEFORE =
      "; SELECT CASE WHEN session_user <> current_setting('shardjdbc.user')"
          + " THEN set_config('session_authorization', current_setting('shardjdbc.user'), true) END"
          + ", set_config('role', current_setting('shardjdbc.role'), true), "
          + DecisionTable.asNoted("search_path");

  private static final String SQL =
      DecisionTable.PATIENT
          + DecisionTable.raised("?::int4", true)
          + NOTE_ROLE
          + DecisionTable.AS_LOGIN
          + AS_WHO_LOGGED_IN
          + LIMIT_SILENCE
          + DecisionLock.SHARED
          + IMPATIENT
          + INSERT
          + AS_BEFORE;

  DecisionNote {
    shards = List.copyOf(shards);
    databases = List.copyOf(databases);
    atLeast = List.copyOf(atLeast);
  }

  /** The text with its values, to be closed. */
  PreparedStatement on(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(SQL);
    try {
      bind(connection, statement);
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }

  private void bind(Connection connection, PreparedStatement statement) throws SQLException {
    long millis = Math.min(Integer.MAX_VALUE, silence.toMillis());
    int rank = atLeast.stream().mapToInt(DecisionTable::rank).max().orElse(0);
    statement.setInt(1, rank);
    statement.setString(2, login);
    statement.setLong(3, millis);
    statement.setLong(4, millis);
    statement.setObject(5, id.uuid());
    statement.setArray(6, connection.createArrayOf("text", shards.toArray()));
    statement.setArray(7, connection.createArrayOf("text", databases.toArray()));
    statement.setDouble(8, keep.toSeconds());
    statement.setString(9, id.store());
    statement.setString(10, database);
    statement.setObject(11, id.uuid());
  }
}
