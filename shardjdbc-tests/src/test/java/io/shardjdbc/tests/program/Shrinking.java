package io.shardjdbc.tests.program;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Leaves out steps of a program as long as its sides differ. */
final class Shrinking {

  private final ProgramRun run;

  Shrinking(ProgramRun run) {
    this.run = run;
  }

  /**
   * @param first what is different at first; what differs in another way does not count
   */
  Program of(Program program, String first) throws SQLException {
    String kind = kind(first);
    Program smallest = program;
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (int size = Math.max(1, smallest.steps().size() / 2); size >= 1; size /= 2) {
        for (int from = smallest.steps().size() - size; from >= 0; from -= size) {
          List<Step> rest = new ArrayList<>(smallest.steps());
          rest.subList(from, Math.min(from + size, rest.size())).clear();
          Program candidate = smallest.with(rest);
          if (run.run(candidate).filter(other -> kind(other).equals(kind)).isPresent()) {
            smallest = candidate;
            smaller = true;
            from = Math.min(from, rest.size());
          }
        }
      }
    }
    return smallest;
  }

  /** Whether a step saw something else, or a session's end, a table, the next borrower. */
  private static String kind(String difference) {
    return difference.startsWith("[") ? "[" : difference.split(" ", 2)[0];
  }
}
