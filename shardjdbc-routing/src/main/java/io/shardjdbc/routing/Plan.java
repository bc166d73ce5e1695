package io.shardjdbc.routing;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is decided about a statement from its text alone: everything but the values.
 *
 * <p>Immutable and thread-safe; made once per SQL text and cached by {@link Router}.
 */
public interface Plan {

  /** The statement's text. */
  String sql();

  /** How many values it takes. */
  int parameterCount();

  /** What running it does. */
  Effect effect();

  /**
   * Applies values.
   *
   * @param values one for each parameter, in order; Java values as a caller binds them, arrays as
   *     {@code Object[]} or primitive arrays or {@code Collection}
   * @return where this execution goes
   * @throws RoutingException if these values cannot be routed
   */
  Route route(List<@Nullable Object> values);

  /**
   * The route of last resort for a statement whose {@link #route} merges in a way that turns out
   * not to be possible for the types of its columns: gathering, where that is possible.
   */
  default Optional<Route> gathered(List<@Nullable Object> values) {
    return Optional.empty();
  }

  /** The plan in words, for people and golden files; it names no values. */
  String explain();
}
