package io.shardjdbc.testkit.twin;

import io.shardjdbc.routing.ErrorCode;

/** Which codes of the catalogue say that a statement is not done, rather than that it failed. */
final class RefusalCodes {

  private RefusalCodes() {}

  static boolean isRefusal(ErrorCode code) {
    return switch (code.kind()) {
      case REFUSAL, SYNTAX, TRANSACTION, USAGE -> code != ErrorCode.PARTIAL_COMMIT;
      case CONFIGURATION, UNAVAILABLE, TIMEOUT, SERVER, WARNING -> false;
    };
  }
}
