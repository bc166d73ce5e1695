package io.shardjdbc.jdbc;

import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.execute.Invocation;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.session.Held;
import io.shardjdbc.session.Session;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * What a server says about a statement that has not run.
 *
 * @param columns absent where it returns no rows
 */
record Description(@Nullable ResultSetMetaData columns, ParameterMetaData parameters) {

  /**
   * What a server says about a text that takes values, without running it.
   *
   * @param invocation how it is to run, with the values set so far: their types tell the server
   *     those of their parameters
   */
  static Description ask(LogicalConnection connection, String sql, Invocation invocation)
      throws SQLException {
    Session session = connection.session();
    Optional<ShardId> only = describer(connection, sql);
    return session.gate().pass(() -> answer(session, only, sql, invocation));
  }

  private static Description answer(
      Session session, Optional<ShardId> only, String sql, Invocation invocation)
      throws SQLException {
    session.gate().requireNotAborted();
    Held held = only.isPresent() ? session.holdToAsk(only.get()) : session.holdAny();
    try (PreparedStatement described = invocation.described(held.connection(), sql)) {
      return of(described);
    } catch (SQLException e) {
      throw session.failed(held, e);
    } finally {
      session.release(held);
    }
  }

  /**
   * The columns of a statement that has run: what is wrong with the question leaves no trace in a
   * transaction.
   */
  static @Nullable ResultSetMetaData columnsQuietly(
      LogicalConnection connection, String sql, Bindings bindings) throws SQLException {
    Session session = connection.session();
    Optional<ShardId> only = describer(connection, sql);
    Held held = only.isPresent() ? session.holdToAsk(only.get()) : session.holdAny();
    try {
      Savepoint before =
          held.connection().getAutoCommit() ? null : held.connection().setSavepoint();
      boolean described = isDescribedBy(held.connection().unwrap(BaseConnection.class));
      String asked = described ? sql : "SELECT * FROM (" + sql + "\n) shardjdbc LIMIT 0";
      try (PreparedStatement statement = held.connection().prepareStatement(asked)) {
        bindings.bind(statement);
        return described ? of(statement).columns() : ofNoRows(statement);
      } finally {
        if (before != null) {
          held.connection().rollback(before);
        }
      }
    } finally {
      session.release(held);
    }
  }

  private static Optional<ShardId> describer(LogicalConnection connection, String sql)
      throws SQLException {
    return Asking.of(() -> connection.environment().router().describer(sql));
  }

  /** By simple queries a server describes nothing: the driver would run the statement. */
  private static void requireDescribes(BaseConnection connection) throws SQLException {
    if (!isDescribedBy(connection)) {
      throw SqlErrors.of(
          ErrorCode.NOT_IMPLEMENTED, "describing a statement with preferQueryMode=simple");
    }
  }

  private static boolean isDescribedBy(BaseConnection connection) {
    return connection.getPreferQueryMode() != PreferQueryMode.SIMPLE;
  }

  /** The columns of a query none of whose rows are asked for, so that nothing runs. */
  private static @Nullable ResultSetMetaData ofNoRows(PreparedStatement statement)
      throws SQLException {
    try (ResultSet none = statement.executeQuery()) {
      return read(none.getMetaData());
    }
  }

  /**
   * Reads everything that the driver would ask its connection for later, when the connection serves
   * somebody else; the driver keeps what it has read.
   */
  private static Description of(PreparedStatement statement) throws SQLException {
    requireDescribes(statement.getConnection().unwrap(BaseConnection.class));
    ResultSetMetaData columns = read(statement.getMetaData());
    ParameterMetaData parameters = statement.getParameterMetaData();
    for (int i = 1; i <= parameters.getParameterCount(); i++) {
      parameters.getParameterTypeName(i);
      parameters.getParameterClassName(i);
    }
    return new Description(columns, parameters);
  }

  private static @Nullable ResultSetMetaData read(@Nullable ResultSetMetaData columns)
      throws SQLException {
    for (int i = 1; columns != null && i <= columns.getColumnCount(); i++) {
      columns.getColumnTypeName(i);
      columns.getColumnClassName(i);
      columns.isNullable(i);
    }
    return columns;
  }
}
