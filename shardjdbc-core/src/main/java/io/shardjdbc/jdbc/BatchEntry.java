package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import java.sql.SQLException;

/**
 * One statement of a batch, as the caller added it.
 *
 * @param hint what is asked for beside the text
 */
record BatchEntry(String sql, Hint hint, Bindings bindings) {

  /** A text without values, which has to be one statement. */
  static BatchEntry of(Plans plans, String sql) throws SQLException {
    if (sql.indexOf(';') >= 0 && plans.isScript(sql)) {
      throw SqlErrors.of(ErrorCode.SEVERAL_STATEMENTS);
    }
    return new BatchEntry(sql, Hint.NONE, Bindings.NONE);
  }

  /** Whether one plan does for both. */
  boolean isPlannedAs(BatchEntry other) {
    return sql.equals(other.sql) && hint.equals(other.hint);
  }

  /** Neither the text, which may hold literals, nor the values. */
  @Override
  public String toString() {
    return "BatchEntry";
  }
}
