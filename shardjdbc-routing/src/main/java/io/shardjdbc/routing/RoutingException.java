package io.shardjdbc.routing;

import java.util.Arrays;
import java.util.List;

/**
 * Says, by a code of the catalogue, why something cannot be routed.
 *
 * <p>The message is one line: what is wrong, then the way out. The DataSource turns it into the
 * {@code SQLException} of the code's {@linkplain ErrorCode#kind() kind} with the same SQLSTATE.
 */
public final class RoutingException extends RuntimeException implements CodedError {
  private static final long serialVersionUID = 2L;

  private final ErrorCode code;
  private final String[] arguments;

  /**
   * @param code which error
   * @param arguments what fills the code's message: names of tables, columns, shards, clauses;
   *     never a caller's values
   */
  public RoutingException(ErrorCode code, Object... arguments) {
    super(code.message(arguments));
    this.code = code;
    this.arguments = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
  }

  @Override
  public ErrorCode code() {
    return code;
  }

  /** What fills the code's message. */
  public List<Object> arguments() {
    return List.of((Object[]) arguments);
  }

  /** What is wrong, without the code and the way out: for a message that says where, too. */
  public String problem() {
    return code.problem((Object[]) arguments);
  }
}
