package io.shardjdbc.execute;

import java.sql.Connection;
import java.sql.SQLException;

/** Something that the library itself does on a connection of the driver's. */
@FunctionalInterface
public interface ConnectionWork {

  /** Does it, on a thread that is not the caller's. */
  void on(Connection connection) throws SQLException;
}
