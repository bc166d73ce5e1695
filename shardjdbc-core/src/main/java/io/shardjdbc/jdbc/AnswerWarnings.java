package io.shardjdbc.jdbc;

import io.shardjdbc.execute.Answer;
import io.shardjdbc.execute.Missing;
import io.shardjdbc.execute.ShardCall;
import io.shardjdbc.routing.catalog.UserCode;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The warnings of one answer: of shards that are missing from it, and of those that gave it. */
final class AnswerWarnings {

  private AnswerWarnings() {}

  /**
   * All of them as one chain.
   *
   * @param before what came before them
   * @param code says which functions a statement calls once, on whichever shards it runs
   */
  static @Nullable SQLWarning of(Answer come, @Nullable SQLWarning before, Supplier<UserCode> code)
      throws SQLException {
    SQLWarning all = before;
    if (!come.missing().isEmpty()) {
      for (Missing gap : come.missing()) {
        all = chained(all, gap.warning());
      }
    }
    if (come.calls().size() == 1) {
      return chained(all, come.first().physical().getWarnings());
    }
    Set<String> told = new HashSet<>();
    NoticesOnce once = new NoticesOnce(code);
    for (ShardCall call : come.calls()) {
      SQLWarning own = call.physical().getWarnings();
      // What all shards do alike they warn of alike, and one server would do so once.
      if (own != null && (told.add("" + own.getMessage()) || !come.route().isAlikeOnAll())) {
        all = chained(all, once.further(own));
      }
    }
    return all;
  }

  private static @Nullable SQLWarning chained(
      @Nullable SQLWarning first, @Nullable SQLWarning next) {
    if (first == null || next == null) {
      return first == null ? next : first;
    }
    first.setNextWarning(next);
    return first;
  }
}
