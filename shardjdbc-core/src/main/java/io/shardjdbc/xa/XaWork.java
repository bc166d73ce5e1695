package io.shardjdbc.xa;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The session that a pooled connection works with at this moment.
 *
 * <p>Each application that gets a handle gets a session of its own, so that it meets nothing of the
 * one before: no transaction that was left open, no setting, no statement. Only while a branch is
 * under way do handles share one, because the work of a branch may be done through several.
 * Sessions cost nothing until a statement runs.
 */
final class XaWork {

  /** Opens sessions. */
  @FunctionalInterface
  interface Sessions {
    XaSession open() throws SQLException;
  }

  private final Sessions sessions;
  private @Nullable XaSession session;
  private boolean lent;
  private boolean inBranch;
  private boolean closed;

  XaWork(Sessions sessions) {
    this.sessions = sessions;
  }

  boolean isClosed() {
    return closed;
  }

  /** The session that is worked with; opened where there is none. */
  XaSession session() throws SQLException {
    XaSession open = session;
    if (open == null) {
      open = sessions.open();
      session = open;
    }
    return open;
  }

  /** Lends the session's connection to an application, which gets a new one outside of a branch. */
  Connection lend() throws SQLException {
    if (lent && !inBranch) {
      leave();
    }
    lent = true;
    return session().connection();
  }

  /** The application has given its handle back. */
  void takeBack() throws SQLException {
    lent = false;
    if (!inBranch) {
      leave();
    }
  }

  void branchBegun() {
    inBranch = true;
  }

  void branchEnded() throws SQLException {
    inBranch = false;
    if (!lent) {
      leave();
    }
  }

  /** Rolls back, and lets an application that still has a handle do nothing more with it. */
  void takeAway() throws SQLException {
    lent = false;
    leave();
  }

  void close() throws SQLException {
    closed = true;
    leave();
  }

  private void leave() throws SQLException {
    XaSession left = session;
    session = null;
    if (left != null) {
      left.close();
    }
  }
}
