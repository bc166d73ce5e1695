package io.shardjdbc.saga.work;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.jdbc.LogicalConnection;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.wrap.ForwardingConnection;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a step works on: the saga's own, without the ways to end its transaction.
 *
 * <p>Closing it does nothing, so that code which opens and closes connections can be handed it.
 */
public final class StepConnection extends ForwardingConnection {

  private final Connection connection;

  private StepConnection(Connection connection) {
    this.connection = connection;
  }

  @Override
  protected Connection delegate() {
    return connection;
  }

  /** What a step does with it. */
  @FunctionalInterface
  public interface Use<T extends @Nullable Object> {
    T of(Connection connection) throws Exception;
  }

  /**
   * Lets a step work on a connection. Until it is done, nothing ends the transaction: no method of
   * the connection or of one that a statement names as its own, and no SQL.
   */
  public static <T extends @Nullable Object> T lend(Connection connection, Use<T> use)
      throws Exception {
    LogicalConnection session = connection.unwrap(LogicalConnection.class);
    session.refuseEnd(StepConnection::refused);
    try {
      return use.of(new StepConnection(connection));
    } finally {
      session.refuseEnd(null);
    }
  }

  private static SQLException refused(String what) {
    return SqlErrors.of(ErrorCode.SAGA_TRANSACTION, what);
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
