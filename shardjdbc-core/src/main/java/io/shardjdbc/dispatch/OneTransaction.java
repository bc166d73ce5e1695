package io.shardjdbc.dispatch;

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

  static Answer of(Session session, RowsToWrite rows) throws SQLException {
    return session.inTransaction() ? rows.write() : alone(session, rows);
  }

  private static Answer alone(Session session, RowsToWrite rows) throws SQLException {
    session.begin("");
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
