package io.shardjdbc.tests.program;

import io.shardjdbc.routing.ErrorCode;
import java.util.Arrays;
import java.util.Set;

/** Which codes of the catalogue say that a step was refused, and what a refusal leaves. */
final class Codes {

  /** Wrong use of JDBC that sends nothing aborts no transaction; a form that is refused does. */
  private static final String USE = "SJ07";

  private static final Set<ErrorCode> NO_REFUSALS =
      Set.of(
          ErrorCode.PARTIAL_COMMIT,
          ErrorCode.TRANSACTION_ABORTED,
          ErrorCode.KEY_IS_NULL,
          ErrorCode.NO_SAVEPOINT,
          ErrorCode.NO_TRANSACTION,
          ErrorCode.ACTIVE_TRANSACTION,
          ErrorCode.KEY_OF_UNKNOWN_TYPE,
          ErrorCode.NO_ROWS,
          ErrorCode.UNWANTED_ROWS);

  private Codes() {}

  static boolean isRefusal(String code) {
    return Arrays.stream(ErrorCode.values())
        .filter(entry -> entry.code().equals(code))
        .anyMatch(Codes::isRefusal);
  }

  private static boolean isRefusal(ErrorCode code) {
    return switch (code.kind()) {
      case REFUSAL, SYNTAX, TRANSACTION, USAGE -> !NO_REFUSALS.contains(code);
      case CONFIGURATION, UNAVAILABLE, TIMEOUT, SERVER, WARNING -> false;
    };
  }

  static boolean aborts(String code) {
    return !code.startsWith(USE);
  }
}
