package io.shardjdbc.tests.program;

import java.sql.SQLException;

/** What one step does in a session, by JDBC alone: the same calls on both sides. */
@FunctionalInterface
interface Action {
  void run(Session session, Seen seen) throws SQLException;
}
