package io.shardjdbc.replication.set;

import java.sql.SQLException;

/** Tells errors that speak of a server from those that speak of a statement. */
final class ServerTrouble {

  private ServerTrouble() {}

  static boolean isIn(SQLException error) {
    String state = error.getSQLState();
    if (state == null) {
      return error.getCause() instanceof java.io.IOException;
    }
    return state.startsWith("08") // the connection
        || state.startsWith("57P") // shut down, crashed, starting up
        || state.equals("25006"); // a primary that has become a standby
  }
}
