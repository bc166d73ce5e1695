package io.shardjdbc.saga;

import io.shardjdbc.saga.work.Rejection;

/**
 * Thrown by a step's action when the business says no: the saga is compensated without another try.
 *
 * <p>The message becomes the saga's reason, is kept in its record and logged: it should name rules,
 * not people or amounts.
 */
public class StepRejectedException extends Exception implements Rejection {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason in one line
   */
  public StepRejectedException(String reason) {
    super(reason);
  }
}
