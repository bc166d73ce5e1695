package io.shardjdbc.saga.work;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.map.MapInUse;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Planner;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs pieces of work on one shard, in whose transaction the library's tables are at hand. */
public final class ShardWork {

  private static final long LONGEST = Integer.MAX_VALUE;
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** With a server that is asked something short, or for a few megabytes. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ShardDataSource dataSource;
  private final LibraryTables tables;

  public ShardWork(ShardDataSource dataSource) {
    this.dataSource = dataSource;
    this.tables = new LibraryTables(dataSource);
  }

  /** Work on a connection; what it throws rolls it back. */
  @FunctionalInterface
  public interface Piece<T extends @Nullable Object, X extends Exception> {
    T on(Connection connection) throws SQLException, X;
  }

  public ShardDataSource dataSource() {
    return dataSource;
  }

  public LibraryTables tables() {
    return tables;
  }

  /** Refuses to go on where the DataSource is closed. */
  public void requireOpen() throws SQLException {
    if (dataSource.isClosed()) {
      throw SqlErrors.closed("the DataSource");
    }
  }

  /**
   * Runs it in one transaction, and commits.
   *
   * @param limit which the server keeps; one that does not even say so is waited for a moment more
   */
  public <T extends @Nullable Object, X extends Exception> T inTransaction(
      ShardId shard, Duration limit, Piece<T, X> piece) throws SQLException, X {
    tables.require(shard);
    try (Connection connection = dataSource.getConnection()) {
      waitAtMost(limit.plus(GRACE), connection);
      // Whatever the DataSource allows: what commits on two shards is not one local transaction.
      connection.unwrap(ShardConnection.class).setTransactionMode(TransactionMode.SINGLE_SHARD);
      connection.setAutoCommit(false);
      T result = piece.on(connection);
      requireAlone(connection, shard);
      connection.commit();
      return result;
    }
  }

  /** Whoever works in the background would wait for a silent server for ever. */
  public static void waitAtMost(Duration limit, Connection connection) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, (int) Math.min(LONGEST, limit.toMillis()));
  }

  /** What commits on another shard too would not be one local transaction. */
  private static void requireAlone(Connection connection, ShardId shard) throws SQLException {
    for (ShardId written : connection.unwrap(ShardConnection.class).writtenShards()) {
      if (!written.equals(shard)) {
        throw SqlErrors.of(ErrorCode.SAGA_TRANSACTION, "a write to shard " + written);
      }
    }
  }

  /** Runs one statement or several, each on its own. */
  public <T extends @Nullable Object, X extends Exception> T alone(ShardId shard, Piece<T, X> piece)
      throws SQLException, X {
    tables.require(shard);
    try (Connection connection = dataSource.getConnection()) {
      waitAtMost(PATIENCE, connection);
      return piece.on(connection);
    }
  }

  /** Work at a place, which is on that shard now. */
  @FunctionalInterface
  public interface Located<T extends @Nullable Object, X extends Exception> {
    T on(Connection connection, ShardId shard) throws SQLException, X;
  }

  /**
   * Runs it where a place is now; and where it is then, if it moves meanwhile.
   *
   * <p>While it runs, it counts as run by the map that said so. Hence a place is not cleaned up
   * that somebody still works at.
   */
  public <T extends @Nullable Object, X extends Exception> T alone(Place place, Located<T, X> piece)
      throws SQLException, X {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      MapInUse use = maps().take();
      try {
        ShardId shard = in(place, use.map());
        return alone(shard, (Piece<T, X>) connection -> piece.on(connection, shard));
      } catch (SQLException e) {
        if (!CodedError.is(e, ErrorCode.MAP_CHANGED) || System.nanoTime() - end >= 0) {
          throw e;
        }
      } finally {
        use.release();
      }
    }
  }

  /** Runs it in one transaction where a place is now, and commits. */
  public <T extends @Nullable Object, X extends Exception> T inTransaction(
      Place place, Duration limit, Located<T, X> piece) throws SQLException, X {
    MapInUse use = maps().take();
    try {
      ShardId shard = in(place, use.map());
      return inTransaction(shard, limit, (Piece<T, X>) on -> piece.on(on, shard));
    } finally {
      use.release();
    }
  }

  /** The shard of a place at this moment. */
  public ShardId shardOf(Place place) throws SQLException {
    return in(place, maps().get());
  }

  private ShardId in(Place place, ShardMap map) throws SQLException {
    Planner planner = planner();
    return Asking.of(() -> place.in(map, planner));
  }

  /** Where the rows of a key are. */
  public Place placeOf(String table, Object[] key) throws SQLException {
    Planner planner = planner();
    return Asking.of(() -> Place.of(planner, table, Arrays.asList(key)));
  }

  /** The condition that a row of sagas is no copy of another shard's; empty if none is there. */
  public String leavingOutCopies(ShardId shard) throws SQLException {
    Positions copies =
        maps()
            .get()
            .moving()
            .hides()
            .getOrDefault(ShardMap.RECORDS, Map.of())
            .getOrDefault(shard, Positions.NONE);
    return copies.isEmpty() ? "" : " AND NOT " + copies.condition(KeyType.UUID.hashOf("id"));
  }

  /** The same of rows of steps. */
  public String leavingOutCopiesOfSteps(ShardId shard) throws SQLException {
    StringBuilder condition = new StringBuilder();
    for (Map.Entry<String, Positions> copies : planner().hidden(maps().get(), shard).entrySet()) {
      condition
          .append(" AND NOT coalesce(table_name = '")
          .append(copies.getKey().replace("'", "''"))
          .append("' AND ")
          .append(copies.getValue().condition("int8up(row_position)"))
          .append(", false)");
    }
    return condition.toString();
  }

  private CurrentMap maps() throws SQLException {
    return dataSource.unwrap(CurrentMap.class);
  }

  private Planner planner() throws SQLException {
    return dataSource.unwrap(Planner.class);
  }

  /** A statement of the library's own on a shard's primary, with its values. */
  public static PreparedStatement prepare(
      Connection connection, ShardId shard, String sql, @Nullable Object... values)
      throws SQLException {
    PreparedStatement statement =
        connection
            .unwrap(ShardConnection.class)
            .prepareStatement(sql, Hint.on(shard).and(Hint.PRIMARY));
    try {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }

  public static int update(
      Connection connection, ShardId shard, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, shard, sql, values)) {
      return statement.executeUpdate();
    }
  }
}
