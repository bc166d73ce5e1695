package io.shardjdbc.jdbc;

import io.shardjdbc.execute.Bindings;

/** One statement of a batch, as the caller added it. */
record BatchEntry(String sql, Bindings bindings) {

  /** Neither the text, which may hold literals, nor the values. */
  @Override
  public String toString() {
    return "BatchEntry";
  }
}
