package io.shardjdbc.moment;

import java.sql.SQLException;

/** A replica cannot show a moment, or has not come to it in time; its primary is there. */
public final class ReplicaBehindException extends SQLException {

  private static final long serialVersionUID = 1L;

  /**
   * @param cause what it could not do
   */
  public ReplicaBehindException(SQLException cause) {
    super(cause);
  }

  ReplicaBehindException(String node) {
    super("replica " + node + " has not come to the moment");
  }
}
