package io.shardjdbc.dispatch;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Execution;
import io.shardjdbc.execute.Runner;
import io.shardjdbc.execute.Work;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the error that one server would have met first.
 *
 * <p>Each shard stops at the first of its own rows that fails, and whoever fails first stops the
 * others. One server takes row after row. So, where several shards have failed to write, the rows
 * are written once more, one after another as one server would, in a transaction that is rolled
 * back; the first error of these is the error. It costs a round trip a row, of a write that failed.
 */
final class FirstFailure {

  private static final int MOST_STEPS = 1000;
  private static final String MARK = "\"shardjdbc:row\"";
  private static final String FOREIGN_KEY = "23503";

  /**
   * What servers, sessions and texts fail by, whatever the row. All else may be a row's own, as
   * what a trigger raises under any state.
   */
  private static final Set<String> OF_NO_ROW =
      Set.of(
          "08", "0A", "25", "26", "28", "34", "3B", "3D", "40", "42", "53", "54", "55", "57", "58",
          "XX");

  /** One row, or one statement of a batch. */
  record Step(DirectRoute route, Work work) {}

  /** The steps of a write, if they are asked for. */
  interface Steps {
    List<Step> all() throws SQLException;
  }

  private final Runner runner;
  private final Execution<?> execution;
  private final Session session;
  private final boolean together;

  /**
   * @param together whether the steps are one statement, which checks foreign keys at its end
   */
  FirstFailure(Runner runner, Execution<?> execution, boolean together) {
    this.runner = runner;
    this.execution = execution;
    this.session = execution.session();
    this.together = together;
  }

  /** The error to report of a write over shards that failed, and of which nothing stands. */
  SQLException of(SQLException failed, Steps steps) {
    if (session.inTransaction() || !mayBeOfRow(failed) || !execution.work().isRepeatable()) {
      return failed;
    }
    List<Step> all;
    try {
      all = steps.all();
    } catch (SQLException e) {
      return failed;
    }
    return all.size() < 2 || all.size() > MOST_STEPS ? failed : replayed(failed, all);
  }

  /** Whether an error may be that of one row, which others do not have. */
  static boolean mayBeOfRow(SQLException e) {
    String state = e.getSQLState();
    return state != null && state.length() == 5 && !OF_NO_ROW.contains(state.substring(0, 2));
  }

  private SQLException replayed(SQLException failed, List<Step> steps) {
    try {
      session.begin("");
      session.modes().setLocal(TransactionMode.BEST_EFFORT);
      @Nullable SQLException first = first(steps);
      return first != null && mayBeOfRow(first)
          ? SqlErrors.inCallersText(first, OptionalInt.empty())
          : failed;
    } catch (SQLException e) {
      return failed; // it cannot be told
    } finally {
      session.rollback();
    }
  }

  private @Nullable SQLException first(List<Step> steps) throws SQLException {
    @Nullable SQLException ofForeignKey = null;
    for (Step step : steps) {
      session.savepoints().set(MARK);
      try {
        runner.run(execution.<DirectRoute>on(step.route()).doing(step.work())).close();
        session.savepoints().release(MARK);
      } catch (SQLException e) {
        if (!together || !FOREIGN_KEY.equals(e.getSQLState())) {
          return e;
        }
        ofForeignKey = ofForeignKey == null ? e : ofForeignKey;
        session.savepoints().rollbackTo(MARK);
      }
    }
    return ofForeignKey;
  }
}
