package io.shardjdbc.routing;

/**
 * An error that carries its entry of the catalogue.
 *
 * <p>Every exception that the library makes of an {@link ErrorCode} is one: each {@code
 * SQLException}, warnings and the exceptions of batches too, and {@link RoutingException}. What a
 * server reported is none.
 *
 * <pre>{@code
 * catch (SQLException e) {
 *   if (e instanceof CodedError coded && coded.code() == ErrorCode.SHARD_UNAVAILABLE) { .. }
 * }
 * }</pre>
 */
public interface CodedError {

  /** Which error of the catalogue it is. */
  ErrorCode code();

  /** Whether a failure is this error of the catalogue. */
  static boolean is(Throwable failure, ErrorCode code) {
    return failure instanceof CodedError coded && coded.code() == code;
  }
}
