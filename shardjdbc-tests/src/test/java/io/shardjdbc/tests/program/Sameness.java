package io.shardjdbc.tests.program;

import io.shardjdbc.routing.ErrorCode;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Compares what a step saw on both sides. */
final class Sameness {

  private static final Pattern COUNTS = Pattern.compile("counts \\[.*-2.*\\]");
  private static final String UNKNOWN = String.valueOf(Statement.SUCCESS_NO_INFO);

  private final Step step;

  Sameness(Step step) {
    this.step = step;
  }

  Optional<String> difference(Seen expected, Seen actual) {
    if (expected.failed() && actual.code().equals(Optional.of(ErrorCode.KEY_IS_NULL.code()))) {
      return Optional.empty(); // a row without its key is found before its other faults
    }
    boolean same =
        areAlike(expected.lines(), actual.lines())
            && (expected.state().equals(actual.state())
                || areOfRows(expected, actual)
                || isSilentRollback(expected, actual)
                || areOfNames(expected, actual));
    return same
        ? Optional.empty()
        : Optional.of("one PostgreSQL: " + expected + "\n    over shards: " + actual);
  }

  private static boolean areAlike(List<String> expected, List<String> actual) {
    if (expected.equals(actual)) {
      return true;
    }
    // Of rows that the driver has put into one statement, it does not know how many were written.
    return expected.size() == actual.size()
        && !expected.isEmpty()
        && COUNTS.matcher(expected.get(0)).matches()
        && ofUnknown(expected.get(0), actual.get(0))
        && expected.subList(1, expected.size()).equals(actual.subList(1, actual.size()));
  }

  private static boolean ofUnknown(String expected, String actual) {
    String[] wanted = expected.split("[^-0-9]+", -1);
    String[] got = actual.split("[^-0-9]+", -1);
    boolean alike = wanted.length == got.length;
    for (int i = 0; alike && i < wanted.length; i++) {
      alike = wanted[i].equals(got[i]) || wanted[i].equals(UNKNOWN) || got[i].equals(UNKNOWN);
    }
    return alike;
  }

  /** Where nothing was written, the library rolls back as silently as the driver. */
  private boolean isSilentRollback(Seen expected, Seen actual) {
    return expected.state().equals("25P02")
        && !actual.failed()
        && (Controls.commits(step) || step.text().startsWith("COMMIT"));
  }

  /**
   * Of several rows that cannot be written, one server tells of the first; each shard of its own.
   */
  private boolean areOfRows(Seen expected, Seen actual) {
    return !step.text().startsWith("SELECT")
        && isOfRows(expected.state())
        && isOfRows(actual.state());
  }

  /** One server misses the table first, whatever else is wrong with a text. */
  private static boolean areOfNames(Seen expected, Seen actual) {
    return expected.state().equals("42P01")
        && List.of("42883", "42704", "42501", "23502", "22P02").contains(actual.state());
  }

  private static boolean isOfRows(String state) {
    return state.startsWith("22") || state.startsWith("23") || state.equals("42804");
  }
}
