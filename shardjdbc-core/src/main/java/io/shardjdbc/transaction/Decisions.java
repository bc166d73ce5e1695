package io.shardjdbc.transaction;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The decisions that the shards keep: whether they can, what they say, and the fence.
 *
 * <p>Thread-safe. What it has once learnt of a shard it believes until the shard contradicts.
 */
public final class Decisions {

  private static final Duration LOCK_PATIENCE = Duration.ofMillis(500);
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String UNDEFINED_TABLE = "42P01";

  private final PrimaryConnections primaries;
  private final Duration keep;
  private final int networkTimeoutMillis;
  private final Map<ShardId, Readiness> known = new ConcurrentHashMap<>();

  /** What a shard can do: keep decisions, in the store of that name, and prepare. */
  private record Readiness(String store, boolean prepares) {}

  /**
   * @param keep how long decisions are kept
   * @param networkTimeout for each answer of a server
   */
  public Decisions(PrimaryConnections primaries, Duration keep, Duration networkTimeout) {
    this.primaries = primaries;
    this.keep = keep;
    this.networkTimeoutMillis = (int) Math.min(Integer.MAX_VALUE, networkTimeout.toMillis());
  }

  /** How long decisions are kept. */
  Duration keep() {
    return keep;
  }

  /** Creates the schema where it is missing. */
  public void install(ShardId shard) throws SQLException {
    try (Connection connection = open(shard)) {
      install(connection, shard);
    }
  }

  private static void install(Connection connection, ShardId shard) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(DecisionTable.INSTALL);
    } catch (SQLException e) {
      throw SqlErrors.isConnectionLost(e)
          ? SqlErrors.onShard(shard, e)
          : SqlErrors.of(e, ErrorCode.NO_DECISIONS, shard, "the schema shardjdbc is not there");
    }
  }

  /** Refuses a shard that cannot prepare. */
  void requirePrepares(ShardId shard) throws SQLException {
    if (!readiness(shard).prepares()) {
      known.remove(shard);
      throw SqlErrors.of(ErrorCode.PREPARE_DISABLED, shard);
    }
  }

  /** The name of a shard's store, which is created where it is missing. */
  String store(ShardId shard) throws SQLException {
    return readiness(shard).store();
  }

  /** Believes nothing of a shard any more. */
  void forget(ShardId shard) {
    known.remove(shard);
  }

  private Readiness readiness(ShardId shard) throws SQLException {
    Readiness readiness = known.get(shard);
    if (readiness == null) {
      readiness = ask(shard);
      known.put(shard, readiness);
    }
    return readiness;
  }

  private Readiness ask(ShardId shard) throws SQLException {
    try (Connection connection = open(shard);
        Statement statement = connection.createStatement()) {
      boolean prepares;
      try (ResultSet row = statement.executeQuery(DecisionTable.READINESS)) {
        row.next();
        prepares = row.getBoolean(1);
        if (row.getBoolean(2)) {
          throw SqlErrors.of(ErrorCode.PARTICIPANT_IS_REPLICA, shard);
        }
        if (!row.getBoolean(3)) {
          install(connection, shard);
        }
      }
      return new Readiness(storeOn(connection), prepares);
    } catch (SQLException e) {
      throw SqlErrors.onShard(shard, e);
    }
  }

  /** The name of the store in a database; empty if it has none. */
  static String storeOn(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(DecisionTable.STORE)) {
      return row.next() ? row.getString(1) : "";
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState()) || "3F000".equals(e.getSQLState())) {
        return "";
      }
      throw e;
    }
  }

  /**
   * The outcome of a transaction whose coordinator is gone or has given it up: the decision, or
   * else a tombstone that keeps it from ever being decided otherwise.
   *
   * <p>The insertion waits for a coordinator that has noted its decision and not committed it; that
   * is how one who lives is told from one who does not, for the server ends the transaction of a
   * process that dies. After a moment the answer is {@link Outcome#IN_DOUBT} then.
   *
   * @throws SQLException if it is forgotten
   */
  public Outcome settle(TransactionId id) throws SQLException {
    try (Connection connection = open(id.decidedOn())) {
      return settle(connection, id, true);
    } catch (SQLException e) {
      if (SqlErrors.is(e, ErrorCode.OUTCOME_FORGOTTEN)) {
        throw e;
      }
      return Outcome.IN_DOUBT;
    }
  }

  /**
   * The same on a connection to the deciding shard.
   *
   * @param mayBeForgotten whether an old transaction without a decision may have had one
   */
  Outcome settle(Connection connection, TransactionId id, boolean mayBeForgotten)
      throws SQLException {
    if (mayBeForgotten && !isDecided(connection, id) && isExpired(connection, id)) {
      throw SqlErrors.of(ErrorCode.OUTCOME_FORGOTTEN, id);
    }
    try (Statement statement = connection.createStatement();
        PreparedStatement tombstone = connection.prepareStatement(DecisionTable.TOMBSTONE);
        PreparedStatement decision = connection.prepareStatement(DecisionTable.DECISION)) {
      statement.execute("SET lock_timeout = " + LOCK_PATIENCE.toMillis());
      tombstone.setObject(1, id.uuid());
      if (tombstone.executeUpdate() == 1) {
        return Outcome.ABORTED;
      }
      decision.setObject(1, id.uuid());
      try (ResultSet row = decision.executeQuery()) {
        if (!row.next()) {
          return Outcome.IN_DOUBT;
        }
        return row.getBoolean(1) ? Outcome.COMMITTED : Outcome.ABORTED;
      }
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return Outcome.IN_DOUBT;
      }
      throw e;
    }
  }

  private static boolean isDecided(Connection connection, TransactionId id) throws SQLException {
    try (PreparedStatement decision = connection.prepareStatement(DecisionTable.DECISION)) {
      decision.setObject(1, id.uuid());
      try (ResultSet row = decision.executeQuery()) {
        return row.next();
      }
    }
  }

  private boolean isExpired(Connection connection, TransactionId id) throws SQLException {
    try (PreparedStatement expired = connection.prepareStatement(DecisionTable.EXPIRED)) {
      expired.setDouble(1, id.created().toEpochMilli() / 1000.0);
      expired.setDouble(2, keep.toMillis() / 1000.0);
      try (ResultSet row = expired.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** A connection that a silent server cannot hold for ever. */
  Connection open(ShardId shard) throws SQLException {
    Connection connection = primaries.open(shard);
    connection.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
    return connection;
  }
}
