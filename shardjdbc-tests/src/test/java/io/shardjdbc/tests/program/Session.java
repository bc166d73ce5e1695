package io.shardjdbc.tests.program;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.sql.XADataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLState;

/** A session on one side: its connection, and what is open on it. Not thread-safe. */
final class Session implements AutoCloseable {

  /** Opens a connection. */
  @FunctionalInterface
  interface Opening {
    Connection open() throws SQLException;
  }

  /** Closes a connection, in which a setting without a definition may have been set. */
  @FunctionalInterface
  interface Closing {
    void close(Connection connection, boolean traced) throws SQLException;
  }

  private final Opening opening;
  private final Closing closing;
  private final XADataSource branches;
  private boolean refused;
  private boolean traced;
  private boolean closed;
  private final boolean one;
  private final Variant variant;
  private static final Pattern TRACES =
      Pattern.compile("app\\.(?!tenant|mood|twice)|leave_setting|local_setting|noisy");

  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private final Map<String, Savepoint> savepoints = new HashMap<>();
  private Connection connection;
  private @Nullable ResultSet cursor;

  /**
   * A session.
   *
   * @param one whether it is the side of the one PostgreSQL
   * @param branches where a transaction manager gets connections to the same side
   */
  Session(boolean one, Variant variant, Opening opening, Closing closing, XADataSource branches)
      throws SQLException {
    this.branches = branches;
    this.one = one;
    this.variant = variant;
    this.closing = closing;
    this.opening = opening;
    this.connection = opening.open();
  }

  /** Where a transaction manager gets connections. */
  XADataSource branches() {
    return branches;
  }

  /** What its world is like. */
  Variant variant() {
    return variant;
  }

  /** Notes that something was refused, which may have taken numbers of sequences before. */
  void noteRefusal() {
    refused = true;
  }

  /** Whether it may have taken other numbers of sequences than the one PostgreSQL. */
  boolean numbersDiffer() {
    return refused;
  }

  /** Whether it is one of PostgreSQL's driver. */
  boolean isOne() {
    return one;
  }

  Connection connection() {
    return connection;
  }

  /** A statement that stays prepared. */
  PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  Map<String, Savepoint> savepoints() {
    return savepoints;
  }

  @Nullable ResultSet cursor() {
    return cursor;
  }

  void cursor(@Nullable ResultSet rows) {
    cursor = rows;
  }

  /** Closes the rows that are open, and their statement. */
  void closeCursor() throws SQLException {
    if (cursor != null) {
      Statement statement = cursor.getStatement();
      cursor.close();
      statement.close();
      cursor = null;
    }
  }

  /** Closes the connection, and takes another one. */
  void reopen() throws SQLException {
    close();
    connection = opening.open();
    closed = false;
  }

  /** Notes a step that may set what has no definition. */
  void traces(String text) {
    traced |= TRACES.matcher(text).find();
  }

  /** Commits. PostgreSQL's driver does not say that a transaction was aborted; the library does. */
  void commit(Ending ending) throws SQLException {
    boolean aborted = one && isAborted();
    ending.of(connection);
    if (aborted) {
      throw new SQLException("rolled back", PSQLState.IN_FAILED_SQL_TRANSACTION.getState());
    }
  }

  /** Whether the one PostgreSQL has aborted its transaction. */
  boolean isAborted() throws SQLException {
    return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.FAILED;
  }

  /** Whether a transaction is open, or the next statement opens one. */
  boolean inTransaction() throws SQLException {
    return !connection.getAutoCommit()
        || connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
  }

  /** Rolls back, however the transaction was begun. */
  void rollback() throws SQLException {
    if (connection.getAutoCommit()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("ROLLBACK");
      }
    } else {
      connection.rollback();
    }
  }

  /** Whether it answers nothing until it is rolled back; asked by what needs no snapshot. */
  boolean answersAborted() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SHOW lock_timeout");
      return false;
    } catch (SQLException e) {
      return PSQLState.IN_FAILED_SQL_TRANSACTION.getState().equals(e.getSQLState());
    }
  }

  /** A way to commit. */
  @FunctionalInterface
  interface Ending {
    void of(Connection connection) throws SQLException;
  }

  /** Fails its transaction, as a refusal has failed the one of the other side. */
  void fail() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1 / 0");
    } catch (SQLException expected) {
      // that is what it is for
    }
  }

  @Override
  public void close() throws SQLException {
    if (!closed) {
      closed = true;
      prepared.clear();
      savepoints.clear();
      cursor = null;
      closing.close(connection, traced);
      traced = false;
    }
  }
}
