package io.shardjdbc.tests.program;

import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/** Where steps wait over shards that would not wait on one server, as is documented. */
final class Waits {

  static final String STATE = "55P03";

  private static final Pattern COPIES = Pattern.compile("country|kind|made_ref");

  private Waits() {}

  /**
   * Writers of a reference table take turns. An aborted transaction keeps its locks on the shards
   * that have not failed until it is rolled back. Rows that come in portions hold their tables.
   *
   * @param over the sessions over shards
   * @param sessions those of the one PostgreSQL
   */
  static boolean isExpected(Step step, Seen seen, List<Session> over, List<Session> sessions)
      throws SQLException {
    if (!seen.state().equals(STATE)) {
      return false;
    }
    boolean aborted = false;
    for (Session session : sessions) {
      aborted |= session.isAborted();
    }
    return aborted
        || over.stream().anyMatch(session -> session.cursor() != null)
        || COPIES.matcher(step.text()).find();
  }
}
