package io.shardjdbc.saga;

import java.io.Serial;

/** A step's action has failed for good: the saga is to be compensated. */
final class StepFailedException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  StepFailedException(String reason, Throwable cause) {
    super(reason, cause);
  }

  StepFailedException(String reason) {
    super(reason);
  }
}
