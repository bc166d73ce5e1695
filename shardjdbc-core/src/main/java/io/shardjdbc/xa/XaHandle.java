package io.shardjdbc.xa;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.jdbc.generated.ForwardingConnection;
import io.shardjdbc.routing.ErrorCode;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the application gets of a pooled connection. Closing it gives the connection back; ending
 * the transaction is refused as long as a transaction manager is to end it.
 */
final class XaHandle extends ForwardingConnection {

  private final Connection connection;
  private final BooleanSupplier inBranch;
  private @Nullable Runnable released;

  XaHandle(Connection connection, BooleanSupplier inBranch, Runnable released) {
    this.connection = connection;
    this.inBranch = inBranch;
    this.released = released;
  }

  /** Takes it from the application, which is not told. */
  void detach() {
    released = null;
  }

  @Override
  protected Connection delegate() throws SQLException {
    if (released == null) {
      throw SqlErrors.closed("the connection");
    }
    return connection;
  }

  @Override
  public void close() {
    Runnable tell = released;
    released = null;
    if (tell != null) {
      tell.run();
    }
  }

  @Override
  public boolean isClosed() {
    return released == null;
  }

  @Override
  public void commit() throws SQLException {
    refuseInBranch("commit");
    super.commit();
  }

  @Override
  public void rollback() throws SQLException {
    refuseInBranch("rollback");
    super.rollback();
  }

  @Override
  public void setAutoCommit(boolean on) throws SQLException {
    if (on) {
      refuseInBranch("setAutoCommit(true)");
    }
    super.setAutoCommit(on);
  }

  @Override
  public void setClientInfo(String name, String value) throws SQLClientInfoException {
    connection.setClientInfo(name, value);
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    connection.setClientInfo(properties);
  }

  private void refuseInBranch(String what) throws SQLException {
    if (inBranch.getAsBoolean()) {
      throw SqlErrors.of(
          ErrorCode.USAGE, what + " of a transaction that a transaction manager is to end");
    }
  }
}
