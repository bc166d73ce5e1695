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

  private final Connection connection;
  private @Nullable Runnable released;

  XaHandle(Connection connection, Runnable released) {
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
  public void setClientInfo(String name, String value) throws SQLClientInfoException {
    connection.setClientInfo(name, value);
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    connection.setClientInfo(properties);
  }
}
