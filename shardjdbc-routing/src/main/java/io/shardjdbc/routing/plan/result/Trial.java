package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Refusal;
import java.util.function.Supplier;

/**
 * The place where a refusal that was thrown becomes a value again: at the end of planning, where it
 * is remembered, and in proofs that ask where a statement would go with values of their own.
 *
 * <p>Planners do not throw to try the next way; what they throw ends the statement.
 */
public final class Trial {

  private Trial() {}

  /**
   * What is tried.
   *
   * @throws RoutingException where the catalogue did not answer, so that nothing is known
   */
  public static <T> Found<T> of(Supplier<T> tried) {
    try {
      return Found.of(tried.get());
    } catch (RoutingException e) {
      if (e.code().passes()) {
        throw e;
      }
      return Found.refused(Refusal.of(e));
    }
  }
}
