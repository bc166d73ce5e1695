package io.shardjdbc.merge;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Who a merged result set belongs to. */
public interface ResultOwner {

  /** The caller's statement. */
  Statement owner();

  /** Notes that one of its result sets was closed. */
  void closed(ResultSet rows) throws SQLException;
}
