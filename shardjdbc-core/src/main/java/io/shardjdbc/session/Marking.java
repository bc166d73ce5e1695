package io.shardjdbc.session;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.deadlock.DeadlockWatch;
import io.shardjdbc.deadlock.OpenMarks;
import io.shardjdbc.deadlock.TransactionMark;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.util.List;

/**
 * Marks the parts of transactions over several shards, by which deadlocks over shards are seen.
 *
 * <p>A transaction is marked when its second shard joins it: one on a single shard is in no circle
 * that its server does not see, and pays nothing. Thread-safe.
 */
public final class Marking {

  private static final String CANCELLED = "57014";

  private final DeadlockWatch watch;
  private final OpenMarks<Held> open = new OpenMarks<>(Marking::isOver);

  public Marking(DeadlockWatch watch) {
    this.watch = watch;
  }

  private static boolean isOver(Held held) {
    try {
      return held.isBroken() || held.connection().isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** Marks a transaction of the caller's, if it has come to need it. */
  void mark(OpenTransaction transaction, SessionState state) throws SQLException {
    if (transaction.mode() == TransactionMode.TWO_PHASE
        && transaction.participants().size() > 1
        && !state.readOnly()
        && !transaction.isolation().isUndecided()) {
      mark(transaction.participants());
    }
  }

  /** The same of one whose parts cannot be told anything later, be there one part so far. */
  void markBeforeCopy(OpenTransaction transaction, SessionState state) throws SQLException {
    if (transaction.mode() == TransactionMode.TWO_PHASE && !state.readOnly()) {
      mark(transaction.participants());
    }
  }

  /** Marks the parts of one transaction. */
  void mark(List<Held> parts) throws SQLException {
    if (!watch.isOn()) {
      return;
    }
    watch.start(open::anyOlder);
    TransactionMark mark = null;
    for (Held part : parts) {
      mark = mark == null ? open.of(part) : mark;
    }
    for (Held part : parts) {
      if (open.of(part) == null) {
        mark = mark == null ? TransactionMark.next() : mark;
        part.tell(mark.sql());
        open.add(part, mark);
      }
    }
  }

  /** Marks again what is marked, for rolling back to a savepoint lets go of later locks. */
  void markAgain(List<Held> parts) throws SQLException {
    for (Held part : parts) {
      TransactionMark mark = open.of(part);
      if (mark != null) {
        part.tell(mark.sql());
      }
    }
  }

  /** Notes that the transaction of a part has ended. */
  void ended(Held part) {
    open.remove(part);
  }

  /** The error as its caller is to see it: that of a deadlock, where this is how one was ended. */
  SQLException explained(List<Held> parts, SQLException reported) {
    if (CANCELLED.equals(SqlErrors.original(reported).getSQLState())) {
      for (Held part : parts) {
        if (isVictim(part)) {
          return SqlErrors.of(reported, ErrorCode.DEADLOCK_OVER_SHARDS, part.shard());
        }
      }
    }
    return reported;
  }

  /** Asked beside the connection, whose transaction is aborted. */
  private boolean isVictim(Held part) {
    TransactionMark mark = open.of(part);
    if (mark == null) {
      return false;
    }
    try {
      return part.loan()
          .pool()
          .ask(
              aside -> {
                try (var statement = aside.createStatement();
                    var row = statement.executeQuery(mark.isVictim())) {
                  return row.next() && row.getBoolean(1);
                }
              });
    } catch (SQLException e) {
      return false;
    }
  }
}
