package io.shardjdbc.dispatch;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.session.Session;
import java.sql.SQLException;

/**
 * Moves rows to other shards: they are deleted and inserted in one transaction of two phases, the
 * caller's or, in auto-commit mode, one of its own.
 *
 * <p>What fails between the two leaves a transaction that has deleted rows and no more. No server
 * knows that it must not be committed, so the session is told.
 */
final class RowsToMove {

  private final Session session;
  private final RowsToWrite rows;
  private final String table;

  RowsToMove(Session session, RowsToWrite rows, String table) {
    this.session = session;
    this.rows = rows;
    this.table = table;
  }

  Answer move() throws SQLException {
    if (session.modes().current() != TransactionMode.TWO_PHASE) {
      throw SqlErrors.of(ErrorCode.ROW_MOVE, table, "the mode is not two-phase");
    }
    return OneTransaction.of(session, rows, false);
  }
}
