package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.SessionCommand;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that statements sent together are by themselves, where the caller has begun none.
 *
 * <p>A server runs the statements of a text, or of a batch, as one transaction that ends with the
 * last of them. BEGIN among them makes it the caller's. What follows COMMIT or ROLLBACK without
 * CHAIN is a transaction of that kind again, with and without auto-commit: a driver begins one in
 * front of what it sends, and never within it. It has no savepoints, and cannot be chained.
 */
public final class SentTogether {

  private final Session session;
  private boolean own;
  private boolean begun;

  /** To be made before the first of the statements. */
  public SentTogether(Session session) {
    this.session = session;
    this.own = !session.inTransaction();
  }

  /** Begins it in front of a statement, if it needs to be; whether it did. */
  public boolean begin() throws SQLException {
    if (!own || begun) {
      return false;
    }
    session.begin("");
    session.openTransaction().history().ofItself();
    begun = true;
    return true;
  }

  /** Whether the statement that comes next, or runs, is in it. */
  public boolean isOpen() {
    return own;
  }

  /** Notes what a statement has done to it; null is none that a session runs by itself. */
  public void ran(@Nullable SessionCommand command) {
    if (command == null) {
      return;
    }
    switch (command.action()) {
      case BEGIN -> own = false;
      case COMMIT, ROLLBACK -> {
        own = session.transaction() == null; // else it is chained
        begun = false;
      }
      case SAVEPOINT, RELEASE_SAVEPOINT, ROLLBACK_TO_SAVEPOINT -> {}
      case SET, SET_LOCAL, RESET, KEEP, DISCARD -> {}
    }
  }

  /** The open transaction, for what is refused where statements are one by themselves. */
  static OpenTransaction callersTransaction(Session session, String what) throws SQLException {
    OpenTransaction open = session.requireTransaction(what);
    if (open.history().isOfItself()) {
      throw SqlErrors.of(ErrorCode.NO_TRANSACTION, what);
    }
    return open;
  }

  /** Commits it, behind the last statement. */
  public void commit() throws SQLException {
    if (own && begun) {
      session.commit();
    }
  }

  /** Rolls it back, where one of the statements has failed. */
  public void rollback() {
    if (own && begun) {
      session.rollback();
    }
  }
}
