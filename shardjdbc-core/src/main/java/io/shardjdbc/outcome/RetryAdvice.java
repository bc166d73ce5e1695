package io.shardjdbc.outcome;

import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.util.Set;

/**
 * What to do with a transaction that has failed: again as a whole, look first, or neither.
 *
 * <pre>{@code
 * catch (RuntimeException e) {
 *   if (RetryAdvice.of(e) == RetryAdvice.AGAIN) { .. }
 * }
 * }</pre>
 *
 * <p>It finds the error of JDBC among the causes of what a framework throws. So it does not matter
 * how the framework translates it.
 */
public enum RetryAdvice {

  /** Nothing of it stands, and another try may end well: roll back, pause, do all of it again. */
  AGAIN,

  /** It may stand, in whole or in part: ask or read back what was written before anything else. */
  LOOK_FIRST,

  /** Another try would fail alike; or nothing is known of the failure. */
  NEVER;

  private static final int DEPTH = 50;

  /** Of a commit, or a statement that commits, whose outcome is not known or not whole. */
  private static final Set<String> UNKNOWN = Set.of("08007", "40003");

  /** Of PostgreSQL: it ends or starts, has no connection or no lock to give. */
  private static final Set<String> PASSING =
      Set.of(
          "40001",
          "40P01",
          "53300",
          "55P03",
          "57P01",
          "57P02",
          "57P03",
          ErrorCode.MOVED_ELSEWHERE.sqlState());

  /** The advice for what was thrown, by the first error of JDBC among its causes. */
  public static RetryAdvice of(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEPTH; i++) {
      if (cause instanceof SQLException sql) {
        return of(sql);
      }
      if (cause instanceof CodedError coded) {
        return of(coded.code(), coded.code().sqlState());
      }
      cause = cause.getCause();
    }
    return NEVER;
  }

  private static RetryAdvice of(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    if (failure instanceof UnknownOutcomeException || failure instanceof PartialCommitException) {
      return LOOK_FIRST;
    }
    return failure instanceof CodedError coded ? of(coded.code(), state) : of(state);
  }

  private static RetryAdvice of(ErrorCode code, String state) {
    RetryAdvice byState = of(state);
    if (byState != NEVER || code == ErrorCode.INTERRUPTED) {
      return byState; // whoever was interrupted is to stop
    }
    return code.passes() ? AGAIN : NEVER;
  }

  private static RetryAdvice of(String state) {
    if (UNKNOWN.contains(state)) {
      return LOOK_FIRST;
    }
    return PASSING.contains(state) ? AGAIN : NEVER;
  }
}
