package io.shardjdbc.jdbc;

import io.shardjdbc.execute.Bindings;
import io.shardjdbc.routing.Hint;

/**
 * One statement of a batch, as the caller added it.
 *
 * @param hint what is asked for beside the text
 */
record BatchEntry(String sql, Hint hint, Bindings bindings) {

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
