package io.shardjdbc.saga;

import io.shardjdbc.saga.work.Terms;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says of a step in one direction.
 *
 * @param state what the action returned, as JSON; null for all else
 * @param next where the steps after it run
 * @param term of the saga that has done it, see {@link Terms}
 */
record StepEntry(Outcome outcome, @Nullable String state, Places next, long term) {

  /** Which way. */
  enum Direction {
    ACTION,
    COMPENSATION;

    String column() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How it ended. */
  enum Outcome {
    /** Its work has committed. */
    DONE,
    /** It was not done, and never will be. */
    NEVER,
    /** A person has done it. */
    SETTLED;

    String column() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Outcome ofColumn(String column) {
      return valueOf(column.toUpperCase(Locale.ROOT));
    }
  }

  boolean isDone() {
    return outcome == Outcome.DONE;
  }
}
