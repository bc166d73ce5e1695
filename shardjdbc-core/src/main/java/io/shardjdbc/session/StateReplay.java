package io.shardjdbc.session;

import io.shardjdbc.pool.PhysicalConnection;
import io.shardjdbc.session.SessionState.Setting;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Brings a physical connection into a session's state.
 *
 * <p>The state stays on a connection that goes back to its pool, because the next borrower mostly
 * wants the same one. Nothing leaks: whoever borrows brings the connection into its own state
 * before the first statement, and what is already right costs nothing to check. A connection with a
 * trace that the borrower's session has not left is not brought anywhere: it {@linkplain #mayServe
 * serves somebody else}.
 */
final class StateReplay {

  private static final String RESET = "RESET SESSION AUTHORIZATION; RESET ALL";

  private StateReplay() {}

  /**
   * What is noted on a physical connection.
   *
   * @param isKnown whether its settings are these, and not others, as after a rollback
   */
  private record Noted(SessionState state, boolean isKnown) {
    static final Noted FRESH = new Noted(SessionState.DEFAULT, true);

    static Noted on(PhysicalConnection physical) {
      return physical.sessionState() instanceof Noted noted ? noted : FRESH;
    }
  }

  /** Notes that it is in this state. */
  static void note(PhysicalConnection physical, SessionState state) {
    physical.sessionState(state.equals(SessionState.DEFAULT) ? null : new Noted(state, true));
  }

  /** Notes that a transaction with settings has ended on it, behind which the session is so. */
  static void noteEnd(PhysicalConnection physical, SessionState state, boolean committed) {
    if (committed) {
      noteCommitted(physical, state);
    } else {
      noteUnknown(physical, state);
    }
  }

  /** Notes that the settings of this session were committed on it, if it was in order before. */
  private static void noteCommitted(PhysicalConnection physical, SessionState state) {
    if (Noted.on(physical).isKnown()) {
      note(physical, state);
    } else {
      noteUnknown(physical, state);
    }
  }

  /** Notes that nothing is known of its settings, as after a rollback. */
  static void noteUnknown(PhysicalConnection physical) {
    physical.sessionState(new Noted(Noted.on(physical).state(), false));
  }

  /** Notes that the settings of this session were tried on it, and what came of it is not known. */
  static void noteUnknown(PhysicalConnection physical, SessionState tried) {
    physical.sessionState(new Noted(tried, false));
  }

  /** Whether it is in that state, as far as is known. */
  static boolean isIn(PhysicalConnection physical, SessionState state) {
    Noted noted = Noted.on(physical);
    return noted.isKnown() && noted.state().equals(state);
  }

  /** Whether a session in that state could not tell it from one of its own. */
  static boolean mayServe(PhysicalConnection physical, SessionState wanted) {
    Set<String> traces = Noted.on(physical).state().traces();
    return traces.isEmpty() || wanted.traces().containsAll(traces);
  }

  /** Leaves the connection in this state; it must not be in a transaction. */
  static void bring(PhysicalConnection physical, SessionState wanted) throws SQLException {
    Noted noted = Noted.on(physical);
    if (!noted.isKnown() || !Objects.equals(noted.state(), wanted)) {
      noteUnknown(physical, wanted);
      String sql = difference(noted, wanted);
      if (!sql.isEmpty()) {
        physical.tell(sql);
      }
      physical.driver().setReadOnly(wanted.readOnly());
      note(physical, wanted);
    }
    physical.networkTimeout(wanted.networkTimeoutMillis());
  }

  private static String difference(Noted noted, SessionState wanted) {
    StringJoiner sql = new StringJoiner("; ");
    for (String name : wanted.traces()) {
      if (!noted.state().traces().contains(name)) {
        sql.add("SET " + quoted(name) + " TO ''");
      }
    }
    List<Setting> present = noted.state().settings();
    List<Setting> settings = wanted.settings();
    int right = present.size();
    if (!noted.isKnown()
        || right > settings.size()
        || !settings.subList(0, right).equals(present)
        || sql.length() > 0) {
      sql.add(RESET);
      right = 0;
    }
    settings.subList(right, settings.size()).forEach(setting -> sql.add(setting.sql()));
    return sql.toString();
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"").replace(".", "\".\"") + '"';
  }
}
