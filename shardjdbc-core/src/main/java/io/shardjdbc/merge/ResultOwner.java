package io.shardjdbc.merge;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Who a merged result set belongs to. */
public interface ResultOwner {

  /** The caller's statement. */
  Statement owner();

  /** The columns of its rows, with what is known of them that the rows do not tell. */
  default ResultSetMetaData described(ResultSetMetaData ofRows) {
    return ofRows;
  }

  /** Notes that the statement does not run as it is written after all. */
  default void goesAnotherWay() {}

  /** Who admits changes of rows through the result that shows them; null where anything may. */
  default @Nullable RowChanges changes() {
    return null;
  }

  /** Notes that one of its result sets was closed. */
  void closed(ResultSet rows) throws SQLException;
}
