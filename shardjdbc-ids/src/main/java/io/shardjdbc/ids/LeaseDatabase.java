package io.shardjdbc.ids;

import java.sql.Connection;
import java.sql.SQLException;

/** Connects to the one database that leases nodes. */
@FunctionalInterface
public interface LeaseDatabase {

  /** A connection, which the caller closes. */
  Connection connect() throws SQLException;
}
