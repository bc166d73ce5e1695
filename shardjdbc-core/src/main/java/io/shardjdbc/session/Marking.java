package io.shardjdbc.session;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.deadlock.DeadlockWatch;
import io.shardjdbc.deadlock.OpenMarks;
import io.shardjdbc.deadlock.TransactionMark;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * Notes which connections belong to one transaction over several shards, by which deadlocks over
 * shards are seen.
 *
 * <p>A transaction is noted when its second shard joins it: one on a single shard is in no circle
 * that its server does not see. Nothing is said to a server for it. Thread-safe.
 */
public final class Marking {

  private static final String CANCELLED = "57014";

  private final DeadlockWatch watch;
  private final OpenMarks marks;

  public Marking(DeadlockWatch watch) {
    this.watch = watch;
    this.marks = watch.marks();
  }

  private static boolean isLost(Held held) {
    try {
      return held.isBroken() || held.connection().isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** Notes a transaction of the caller's, if it has come to need it. */
  void mark(OpenTransaction transaction) throws SQLException {
    if (transaction.mode() == TransactionMode.TWO_PHASE
        && transaction.participants().size() > 1
        && !transaction.isolation().isUndecided()) {
      mark(transaction.participants(), transaction.began);
    }
  }

  /** Notes the parts of one transaction that begins now. */
  void mark(List<Held> parts) throws SQLException {
    mark(parts, System.currentTimeMillis());
  }

  /** Those on primaries: a replica grants no locks that are in anybody's way for long. */
  private void mark(List<Held> parts, long began) throws SQLException {
    if (!watch.isOn()) {
      return;
    }
    watch.start();
    TransactionMark mark = null;
    for (Held part : parts) {
      mark = mark == null ? marks.of(part) : mark;
    }
    for (Held part : parts) {
      if (marks.of(part) == null && !part.isOnReplica()) {
        mark = mark == null ? TransactionMark.next(began) : mark;
        int process = part.connection().unwrap(PGConnection.class).getBackendPID();
        marks.add(part, mark, process, () -> isLost(part));
      }
    }
  }

  /** Notes that the transaction of a part has ended. */
  void ended(Held part) {
    marks.remove(part);
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
    TransactionMark mark = marks.of(part);
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
