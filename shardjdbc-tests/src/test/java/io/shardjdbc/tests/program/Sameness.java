package io.shardjdbc.tests.program;

import java.util.Optional;

/** Compares what a step saw on both sides. */
final class Sameness {

  private final Step step;

  Sameness(Step step) {
    this.step = step;
  }

  Optional<String> difference(Seen expected, Seen actual) {
    boolean same =
        expected.lines().equals(actual.lines())
            && (expected.state().equals(actual.state())
                || areOfRows(expected, actual)
                || isSilentRollback(expected, actual)
                || areOfNames(expected, actual));
    return same
        ? Optional.empty()
        : Optional.of("one PostgreSQL: " + expected + "\n    over shards: " + actual);
  }

  /** Where nothing was written, the library rolls back as silently as the driver. */
  private boolean isSilentRollback(Seen expected, Seen actual) {
    return expected.state().equals("25P02") && !actual.failed() && Controls.commits(step);
  }

  /**
   * Of several rows that cannot be written, one server tells of the first; each shard of its own.
   */
  private boolean areOfRows(Seen expected, Seen actual) {
    return !step.text().startsWith("SELECT")
        && isOfRows(expected.state())
        && isOfRows(actual.state());
  }

  /**
   * Of several names that a text's search path does not find, one server misses the table first.
   */
  private static boolean areOfNames(Seen expected, Seen actual) {
    return expected.state().equals("42P01")
        && (actual.state().equals("42883") || actual.state().equals("42704"));
  }

  private static boolean isOfRows(String state) {
    return state.startsWith("22") || state.startsWith("23") || state.equals("42804");
  }
}
