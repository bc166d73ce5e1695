package io.shardjdbc.testkit.twin;

import java.util.Objects;
import java.util.Optional;

/** Compares two answers to one statement. */
final class Comparison {

  private final RowOrder order;

  Comparison(RowOrder order) {
    this.order = order;
  }

  /** Where the actual answer is not what the one PostgreSQL might have said, if anywhere. */
  Optional<String> difference(Answer expected, Answer actual) {
    if (expected instanceof Answer.Failure one && actual instanceof Answer.Failure other) {
      return Objects.equals(one.state(), other.state())
          ? Optional.empty()
          : Optional.of("the SQLSTATEs of the errors differ");
    }
    if (expected instanceof Answer.Count one && actual instanceof Answer.Count other) {
      return one.count() == other.count()
          ? Optional.empty()
          : Optional.of("the update counts differ");
    }
    if (expected instanceof Answer.Rows one && actual instanceof Answer.Rows other) {
      return one.columns().equals(other.columns())
          ? order.fault(one, other)
          : Optional.of("the columns differ");
    }
    return Optional.of("the answers are of different kinds");
  }
}
