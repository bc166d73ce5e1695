package io.shardjdbc.tests.fault;

import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.outcome.UnknownOutcomeException;
import java.sql.SQLException;
import java.util.Optional;

/** What a caller was told of an operation. */
enum Told {
  DONE,
  FAILED,
  UNKNOWN;

  private static final String UNKNOWN_STATE = "08007";

  static Told by(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException e && UNKNOWN_STATE.equals(e.getSQLState())) {
        return UNKNOWN;
      }
    }
    return FAILED;
  }

  /** The id by which a caller may ask for the outcome. */
  static Optional<TransactionId> id(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnknownOutcomeException e && e.transaction().isPresent()) {
        return e.transaction();
      }
    }
    return Optional.empty();
  }
}
