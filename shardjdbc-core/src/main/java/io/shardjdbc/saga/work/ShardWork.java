package io.shardjdbc.saga.work;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
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
