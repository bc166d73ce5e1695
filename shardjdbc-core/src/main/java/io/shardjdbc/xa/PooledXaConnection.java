package io.shardjdbc.xa;

import io.shardjdbc.error.SqlErrors;
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

/** What a transaction manager pools: its resource, and handles one after another. */
public final class PooledXaConnection implements XAConnection {

  private final XaWork work;
  private final XaResource resource;
  private final List<ConnectionEventListener> listeners = new CopyOnWriteArrayList<>();
  private @Nullable XaHandle handle;

  public PooledXaConnection(SessionSource sessions, XaBranches branches) {
    this.work = new XaWork(sessions::open);
    this.resource = new XaResource(work, branches);
  }

  /** Opens a session for each application that gets a handle. */
  @FunctionalInterface
  public interface SessionSource {
    XaSession open() throws SQLException;
  }

  @Override
  public XAResource getXAResource() {
    return resource;
  }

  /** A handle; the one before it is closed by that. */
  @Override
  public Connection getConnection() throws SQLException {
    if (work.isClosed()) {
      throw SqlErrors.closed("the pooled connection");
    }
    XaHandle before = handle;
    if (before != null) {
      before.detach();
    }
    Connection connection = work.lend();
    XaHandle next = new XaHandle(connection, this::released);
    work.session().shownAs(next);
    handle = next;
    return next;
  }

  private void released() throws SQLException {
    handle = null;
    try {
      work.takeBack();
    } finally {
      ConnectionEvent event = new ConnectionEvent(this);
      listeners.forEach(listener -> listener.connectionClosed(event));
    }
  }

  @Override
  public void close() throws SQLException {
    XaHandle before = handle;
    handle = null;
    if (before != null) {
      before.detach();
    }
    work.close();
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
