package io.shardjdbc.replication.probe;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens a new connection to one node, within the probe's time-out. */
@FunctionalInterface
public interface ConnectionSource {

  /** Opens one, or fails in time. */
  Connection open() throws SQLException;
}
