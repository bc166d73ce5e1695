package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.util.List;

/**
 * Why something cannot be routed: a code of the catalogue and what fills its message.
 *
 * <p>It is a value, without a stack: planners make one for each way that is closed, keep it beside
 * the ways that are open, and ask for its words only when it is told. Each caller who is told gets
 * an exception of his own.
 *
 * @param arguments names of tables, columns, shards, clauses; never a caller's values
 */
public record Refusal(ErrorCode code, List<Object> arguments) {

  public Refusal {
    arguments = List.copyOf(arguments);
  }

  public static Refusal of(ErrorCode code, Object... arguments) {
    return new Refusal(code, List.of(arguments));
  }

  /** What an exception says. */
  public static Refusal of(RoutingException e) {
    return new Refusal(e.code(), e.arguments());
  }

  /** One line: code, what is wrong, way out. */
  public String message() {
    return code.message(arguments.toArray());
  }

  /** What is wrong, without the code and the way out. */
  public String problem() {
    return code.problem(arguments.toArray());
  }

  /** The exception to throw, with the stack of this call. */
  public RoutingException exception() {
    return new RoutingException(code, arguments.toArray());
  }
}
