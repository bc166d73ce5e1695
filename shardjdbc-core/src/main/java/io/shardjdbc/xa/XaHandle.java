package io.shardjdbc.xa;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.wrap.ForwardingConnection;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What the application gets of a pooled connection. Closing it gives the connection back. */
final class XaHandle extends ForwardingConnection {

  /** Gives the connection back. */
  @FunctionalInterface
  interface Release {
    void now() throws SQLException;
  }

  private final Connection connection;
  private @Nullable Release released;

  XaHandle(Connection connection, Release released) {
    this.connection = connection;
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
  public void close() throws SQLException {
    Release tell = released;
    released = null;
    if (tell != null) {
      tell.now();
    }
  }

  @Override
  public boolean isClosed() {
    return released == null;
  }

  @Override
  public void setClientInfo(String name, String value) throws SQLClientInfoException {
    connection.setClientInfo(name, value);
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    connection.setClientInfo(properties);
  }
}
