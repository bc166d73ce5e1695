package io.shardjdbc.jdbc;

import io.shardjdbc.session.Held;
import java.sql.SQLException;
import java.sql.Statement;

/** Quoting as the driver does it, who is asked on any connection there is. */
final class DriversQuotes {

  private DriversQuotes() {}

  /** Something to ask a statement of the driver's. */
  @FunctionalInterface
  interface Asked<T> {
    T of(Statement driver) throws SQLException;
  }

  static <T> T ask(LogicalConnection connection, Asked<T> asked) throws SQLException {
    Held held = connection.session().holdAny();
    try (Statement driver = held.connection().createStatement()) {
      return asked.of(driver);
    } finally {
      connection.session().release(held);
    }
  }
}
