package io.shardjdbc.transaction;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.outcome.Outcome;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The decisions that the shards keep: whether they can, what they say, and the fence.
 *
 * <p>Thread-safe. What it has once learnt of a shard it believes until the shard contradicts.
 */
public final class Decisions {

  private static final String OWN_NAMES =
      "SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false) WHERE"
          + " pg_catalog.current_setting('search_path') OPERATOR(pg_catalog.<>) '\"$user\","
          + " public'";

  /** A query that says what a database is, whoever names it how. */
  public static final String WHICH_DATABASE = "SELECT " + DecisionTable.DATABASE;

  private static final Duration LOCK_PATIENCE = Duration.ofMillis(500);
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** There is no such table, schema, or, in what an older version made, column. */
  private static final Set<String> NO_STORE = Set.of("42P01", "3F000", "42703");

  private final PrimaryConnections primaries;
  private final Duration keep;
  private final int networkTimeoutMillis;
  private final Map<ShardId, Readiness> known = new ConcurrentHashMap<>();

  /**
   * What a shard can do, and who it is: it keeps decisions, in the store of that name, and
   * prepares.
   *
   * @param aheadMillis by how much the server's clock is ahead of {@link System#nanoTime()}; or
   *     more, where that clock was set back
   */
  record Readiness(String store, boolean prepares, String database, long aheadMillis) {}

  /**
   * Why a transaction without a decision has not been decided: a part of it is prepared still.
   *
   * @param own a connection to the part's shard
   * @param database what the part's shard is known by
   */
  record Evidence(Connection own, Gid part, String database) {

    boolean holds() throws SQLException {
      try (PreparedStatement there = own.prepareStatement(DecisionTable.IS_PREPARED)) {
        there.setString(1, part.toString());
        try (ResultSet row = there.executeQuery()) {
          row.next();
          return row.getBoolean(1);
        }
      }
    }
  }

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
      create(connection, statement);
      statement.execute(DecisionTable.CLAIM);
    } catch (SQLException e) {
      throw SqlErrors.isConnectionLost(e)
          ? SqlErrors.onShard(shard, e)
          : SqlErrors.of(e, ErrorCode.NO_DECISIONS, shard, "the schema shardjdbc is not there");
    }
  }

  /** Creates what is missing, and disturbs nobody who decides where nothing is. */
  private static void create(Connection connection, Statement statement) throws SQLException {
    connection.setAutoCommit(false);
    try {
      statement.execute(DecisionTable.SHORT);
      statement.execute(DecisionTable.INSTALLING);
      if (!isInstalled(statement)) {
        statement.execute(DecisionTable.CREATE);
      }
      statement.execute(DecisionTable.OPEN_STORE);
      connection.commit();
    } finally {
      endTransaction(connection);
    }
  }

  private static boolean isInstalled(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(DecisionTable.INSTALLED)) {
      row.next();
      return row.getBoolean(1);
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

  /** What a shard's database is known by, whatever a configuration calls it. */
  String database(ShardId shard) throws SQLException {
    return readiness(shard).database();
  }

  /** The time by the clock of a shard that was asked before. */
  long millisOn(ShardId shard) throws SQLException {
    return readiness(shard).aheadMillis() + System.nanoTime() / 1_000_000;
  }

  /** Believes nothing of a shard any more. */
  void forget(ShardId shard) {
    known.remove(shard);
  }

  /** What is known of a shard, which is asked now if it was not before. */
  Readiness readiness(ShardId shard) throws SQLException {
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
      String database;
      long ahead;
      try (ResultSet row = statement.executeQuery(DecisionTable.READINESS)) {
        row.next();
        prepares = row.getBoolean(1);
        if (row.getBoolean(2)) {
          throw SqlErrors.of(ErrorCode.PARTICIPANT_IS_REPLICA, shard);
        }
        if (!row.getBoolean(3)) {
          install(connection, shard);
        }
        database = row.getString(4);
        ahead = row.getLong(5) - System.nanoTime() / 1_000_000;
      }
      String store = storeOn(connection);
      if (store.isEmpty()) { // of an older version, or copied with another database
        install(connection, shard);
        store = storeOn(connection);
      }
      long deleted = lastDeletedMillis(connection) - System.nanoTime() / 1_000_000;
      return new Readiness(store, prepares, database, Math.max(ahead, deleted + 1));
    } catch (SQLException e) {
      throw SqlErrors.onShard(shard, e);
    }
  }

  /**
   * The time of the last transaction whose decision is deleted. What begins now has to be later, or
   * it could not be told from what is forgotten: also where the server's clock was set back.
   */
  private static long lastDeletedMillis(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(DecisionTable.LAST_DELETED)) {
      return row.next() ? TransactionIds.millis(row.getObject(1, UUID.class)) : 0;
    }
  }

  /** The name of the store in a database; empty if it has none. */
  static String storeOn(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(DecisionTable.STORE)) {
      return row.next() ? row.getString(1) : "";
    } catch (SQLException e) {
      if (NO_STORE.contains(String.valueOf(e.getSQLState()))) {
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
   * <p>A tombstone is set only where the transaction would have been decided, and only where no
   * decision of it can have been deleted: nobody deletes meanwhile, and what was deleted before has
   * left the horizon behind.
   *
   * @throws SQLException if it may be forgotten, or is decided in another database
   */
  public Outcome settle(TransactionId id) throws SQLException {
    try (Connection connection = open(id.decidedOn())) {
      return settle(connection, id, null);
    } catch (SQLException e) {
      if (CodedError.is(e, ErrorCode.OUTCOME_FORGOTTEN)
          || CodedError.is(e, ErrorCode.DECIDED_ELSEWHERE)) {
        throw e;
      }
      return Outcome.IN_DOUBT;
    }
  }

  /**
   * The same on a connection to the deciding shard.
   *
   * @param evidence of a part that is prepared; null where nothing is known
   */
  Outcome settle(Connection connection, TransactionId id, @Nullable Evidence evidence)
      throws SQLException {
    if (!id.store().isEmpty()
        && !id.store().equals(storeOn(connection))
        && !Fence.DECISION_STORE.isOut()) {
      throw SqlErrors.of(ErrorCode.DECIDED_ELSEWHERE, id, id.decidedOn());
    }
    Outcome known = decision(connection, id);
    if (known != Outcome.IN_DOUBT) {
      return known;
    }
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          DecisionTable.SHORT + "; SET LOCAL lock_timeout = " + LOCK_PATIENCE.toMillis());
      statement.execute(DecisionTable.NO_DELETING);
      if (evidence != null && !evidence.holds()) {
        return Outcome.IN_DOUBT; // another recovery has ended it
      }
      if (mayBeForgotten(connection, id, evidence) && !Fence.HORIZON.isOut()) {
        throw SqlErrors.of(ErrorCode.OUTCOME_FORGOTTEN, id);
      }
      if (!id.store().isEmpty() && (Fence.TOMBSTONES.isOut() || insertTombstone(connection, id))) {
        connection.commit();
        return Outcome.ABORTED;
      }
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return Outcome.IN_DOUBT;
      }
      throw e;
    } finally {
      endTransaction(connection);
    }
    return decision(connection, id);
  }

  private static void endTransaction(Connection connection) throws SQLException {
    if (!connection.isClosed()) {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private boolean insertTombstone(Connection connection, TransactionId id) throws SQLException {
    try (PreparedStatement tombstone = connection.prepareStatement(DecisionTable.TOMBSTONE)) {
      tombstone.setObject(1, id.uuid());
      tombstone.setDouble(2, (double) DecisionTable.TOMBSTONES.toSeconds());
      return tombstone.executeUpdate() == 1;
    }
  }

  private static boolean mayBeForgotten(
      Connection connection, TransactionId id, @Nullable Evidence evidence) throws SQLException {
    try (PreparedStatement forgotten = connection.prepareStatement(DecisionTable.FORGOTTEN)) {
      Array participants =
          evidence == null
              ? null
              : connection.createArrayOf(
                  "text", new String[] {evidence.database(), evidence.part().shard().name()});
      forgotten.setObject(1, id.uuid());
      forgotten.setArray(2, participants);
      forgotten.setArray(3, participants);
      try (ResultSet row = forgotten.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** What is decided; in doubt where nothing is. */
  private static Outcome decision(Connection connection, TransactionId id) throws SQLException {
    try (PreparedStatement decision = connection.prepareStatement(DecisionTable.DECISION)) {
      decision.setObject(1, id.uuid());
      try (ResultSet row = decision.executeQuery()) {
        if (!row.next()) {
          return Outcome.IN_DOUBT;
        }
        return row.getBoolean(1) ? Outcome.COMMITTED : Outcome.ABORTED;
      }
    }
  }

  /** Whether the decision to commit is there; nothing is decided by asking. */
  boolean isCommitted(TransactionId id) throws SQLException {
    try (Connection connection = open(id.decidedOn())) {
      return id.store().equals(storeOn(connection))
          && decision(connection, id) == Outcome.COMMITTED;
    }
  }

  /**
   * A connection that a silent server cannot hold for ever, and on which names are the server's
   * own, whatever the login's path has beside them. Where the path is the usual one nothing is set,
   * which a pooler in between might hand on to somebody else.
   */
  public Connection open(ShardId shard) throws SQLException {
    Connection connection = primaries.open(shard);
    try (Statement statement = connection.createStatement()) {
      connection.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
      statement.execute(OWN_NAMES);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw SqlErrors.unavailable(shard, e);
    }
  }
}
