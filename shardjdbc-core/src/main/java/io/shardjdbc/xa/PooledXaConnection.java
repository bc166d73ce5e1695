package io.shardjdbc.xa;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.ConnectionEvent;
import javax.sql.ConnectionEventListener;
import javax.sql.StatementEventListener;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** A session that a transaction manager may pool: its resource, and handles one after another. */
public final class PooledXaConnection implements XAConnection {

  private final XaSession session;
  private final XaResource resource;
  private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
  private @Nullable XaHandle handle;

  public PooledXaConnection(XaSession session, XaBranches branches) {
    this.session = session;
    this.resource = new XaResource(session, branches);
  }

  @Override
  public XAResource getXAResource() {
    return resource;
  }

  /** A handle; the one before it is closed by that. */
  @Override
  public Connection getConnection() throws SQLException {
    XaHandle before = handle;
    if (before != null) {
      before.detach();
    }
    XaHandle next = new XaHandle(session.connection(), this::released);
    handle = next;
    return next;
  }

  private void released() {
    handle = null;
    ConnectionEvent event = new ConnectionEvent(this);
    listeners.forEach(listener -> listener.connectionClosed(event));
  }

  @Override
  public void close() throws SQLException {
    XaHandle before = handle;
    handle = null;
    if (before != null) {
      before.detach();
    }
    session.connection().close();
  }

  @Override
  public void addConnectionEventListener(ConnectionEventListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeConnectionEventListener(ConnectionEventListener listener) {
    listeners.remove(listener);
  }

  /** Statements are not pooled, so there is nothing to tell. */
  @Override
  public void addStatementEventListener(StatementEventListener listener) {}

  @Override
  public void removeStatementEventListener(StatementEventListener listener) {}
}
