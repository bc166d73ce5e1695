package io.shardjdbc.dispatch;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.execute.Answer;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Runs a query and the write of its rows in one transaction, the caller's or, in auto-commit mode,
 * one of its own. Rows that the query locks are locked until they are written.
 */
final class OneTransaction {

  private OneTransaction() {}

  /**
   * @param apart whether it is one write to the caller, which commits on its shards in any mode
   */
  static Answer of(Session session, RowsToWrite rows, boolean apart) throws SQLException {
    return session.inTransaction() ? rows.write() : alone(session, rows, apart);
  }

  private static Answer alone(Session session, RowsToWrite rows, boolean apart)
      throws SQLException {
    session.begin("");
    if (apart && session.modes().current() == TransactionMode.SINGLE_SHARD) {
      session.modes().setLocal(TransactionMode.BEST_EFFORT);
    }
    @Nullable Answer answer = null;
    boolean committed = false;
    try {
      answer = rows.writeAllAtOnce();
      session.commit();
      committed = true;
      return answer;
    } finally {
      if (!committed) {
        session.rollback();
        if (answer != null) {
          answer.close();
        }
      }
    }
  }
}
