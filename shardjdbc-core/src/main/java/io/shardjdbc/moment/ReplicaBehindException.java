package io.shardjdbc.moment;

import java.sql.SQLException;

/** A replica has not come to a moment in time; its primary is there. */
public final class ReplicaBehindException extends SQLException {

  private static final long serialVersionUID = 1L;

  ReplicaBehindException(String node) {
    super("replica " + node + " has not come to the moment");
  }
}
