package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.sql.Expr;
import java.time.temporal.Temporal;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a key might be another one when the row is stored than when it was computed: {@code
 * 'now'} is a text that looks at the clock. What the statement casts is computed once, and stored.
 */
public final class ClockTexts {

  private ClockTexts() {}

  /** Whether a constant may be such a text for a key of the type. */
  public static boolean mayBe(
      Expr constant, Optional<KeyType> type, List<@Nullable Object> values) {
    if (!type.map(KeyType::isOfTime).orElse(false)) {
      return false;
    }
    if (constant instanceof Expr.Parameter parameter) {
      Object bound = values.get(parameter.index() - 1);
      return !(bound instanceof Date || bound instanceof Temporal)
          && !(bound instanceof String text && !hasWords(text));
    }
    return constant instanceof Expr.Literal literal && hasWords(literal.value());
  }

  private static boolean hasWords(String text) {
    return text.chars().anyMatch(c -> c > '~' || (Character.isLetter(c) && c != 'T' && c != 'Z'));
  }
}
