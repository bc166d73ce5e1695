package io.shardjdbc.saga;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.jdbc.generated.ForwardingConnection;
import io.shardjdbc.routing.ErrorCode;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.Executor;

/**
 * The connection that a step works on: the saga's own, without the ways to end its transaction.
 *
 * <p>Closing it does nothing, so that code which opens and closes connections can be handed it.
 */
final class StepConnection extends ForwardingConnection {

  private final Connection connection;

  StepConnection(Connection connection) {
    this.connection = connection;
  }

  @Override
  protected Connection delegate() {
    return connection;
  }

  private static SQLException refused(String what) {
    return SqlErrors.of(ErrorCode.SAGA_TRANSACTION, what);
  }

  @Override
  public void commit() throws SQLException {
    throw refused("commit");
  }

  @Override
  public void rollback() throws SQLException {
    throw refused("rollback");
  }

  @Override
  public void setAutoCommit(boolean on) throws SQLException {
    if (on) {
      throw refused("setAutoCommit(true)");
    }
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    throw refused("abort");
  }

  @Override
  public void setClientInfo(String name, String value) throws SQLClientInfoException {
    connection.setClientInfo(name, value);
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    connection.setClientInfo(properties);
  }

  @Override
  public void close() {}
}
