package io.shardjdbc.routing;

/**
 * Says, by a code of the catalogue, why something cannot be routed.
 *
 * <p>The message is one line: what is wrong, then the way out. The DataSource turns it into the
 * {@code SQLException} of the code's {@linkplain ErrorCode#kind() kind} with the same SQLSTATE.
 */
public final class RoutingException extends RuntimeException implements CodedError {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final String problem;

  /**
   * @param code which error
   * @param arguments what fills the code's message: names of tables, columns, shards, clauses;
   *     never a caller's values
   */
  public RoutingException(ErrorCode code, Object... arguments) {
    super(code.message(arguments));
    this.code = code;
    this.problem = code.problem(arguments);
  }

  private RoutingException(RoutingException same) {
    super(same.getMessage(), same);
    this.code = same.code();
    this.problem = same.problem();
  }

  /** The same error, thrown from here: for one that was found earlier and kept. */
  public RoutingException again() {
    return new RoutingException(this);
  }

  @Override
  public ErrorCode code() {
    return code;
  }

  /** What is wrong, without the code and the way out: for a message that says where, too. */
  public String problem() {
    return problem;
  }
}
