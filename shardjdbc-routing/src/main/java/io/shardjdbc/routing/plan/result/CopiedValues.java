package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.plan.effects.ClockTexts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a write to a reference table that each copy reads for itself.
 *
 * @param table the table's name
 * @param parameters those that may become a date or a time, which must not name the clock
 */
public record CopiedValues(String table, List<Integer> parameters) {

  /** What each copy would keep in its own way, for messages. */
  public static final String OF_CLOCK = "the clock that a text names";

  /** Of a statement whose values the servers read alike. */
  public static final CopiedValues NONE = new CopiedValues("", List.of());

  public CopiedValues {
    parameters = List.copyOf(parameters);
  }

  /**
   * @throws RoutingException where a text names the clock
   */
  void check(List<@Nullable Object> values) {
    for (int index : parameters) {
      if (ClockTexts.looksLikeOne(values.get(index - 1))) {
        throw new RoutingException(ErrorCode.NOT_COPY_SAFE, table, OF_CLOCK);
      }
    }
  }
}
