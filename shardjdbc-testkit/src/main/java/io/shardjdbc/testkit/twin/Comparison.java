package io.shardjdbc.testkit.twin;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares two answers to one statement. */
final class Comparison {

  private final RowOrder order;
  private final boolean write;

  /**
   * @param write whether the statement may write, each shard its own rows
   */
  Comparison(RowOrder order, boolean write) {
    this.order = order;
    this.write = write;
  }

  /** Where the actual answer is not what the one PostgreSQL might have said, if anywhere. */
  Optional<String> difference(Reply expected, Reply actual) {
    if (expected instanceof Reply.Failure one && actual instanceof Reply.Failure other) {
      return Objects.equals(one.state(), other.state()) || areOfRows(one, other)
          ? Optional.empty()
          : Optional.of("the SQLSTATEs of the errors differ");
    }
    if (expected instanceof Reply.Count one && actual instanceof Reply.Count other) {
      return one.count() == other.count()
          ? Optional.empty()
          : Optional.of("the update counts differ");
    }
    if (expected instanceof Reply.Rows one && actual instanceof Reply.Rows other) {
      return one.columns().equals(other.columns())
          ? order.fault(one, other)
          : Optional.of("the columns differ");
    }
    return Optional.of("the answers are of different kinds");
  }

  /**
   * Of several rows that cannot be written, one server tells of the first; of several shards, each
   * tells of its own first, and the quickest is heard.
   */
  private boolean areOfRows(Reply.Failure one, Reply.Failure other) {
    return write && isOfRows(one.state()) && isOfRows(other.state());
  }

  private static boolean isOfRows(@Nullable String state) {
    return state != null
        && (state.startsWith("22") || state.startsWith("23") || state.equals("42804"));
  }
}
