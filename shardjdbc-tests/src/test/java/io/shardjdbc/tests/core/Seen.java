package io.shardjdbc.tests.core;

import java.sql.Array;
import java.sql.BatchUpdateException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a use has seen, in its order. */
final class Seen {
  private final List<String> lines = new ArrayList<>();

  void add(Object... values) {
    StringBuilder line = new StringBuilder();
    for (Object value : values) {
      line.append(line.isEmpty() ? "" : " | ").append(text(value));
    }
    lines.add(line.toString());
  }

  void rows(ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    while (rows.next()) {
      Object[] row = new Object[columns];
      for (int i = 0; i < columns; i++) {
        row[i] = rows.getObject(i + 1);
      }
      add(row);
    }
  }

  /** Notes the SQLSTATE of an error, or that there was none. */
  void error(Step step) {
    try {
      step.run();
      add("no error");
    } catch (BatchUpdateException e) {
      add("batch", e.getSQLState(), e.getUpdateCounts());
    } catch (SQLException e) {
      add("error", e.getSQLState());
    }
  }

  private static String text(Object value) {
    if (value instanceof Array array) {
      return text(array);
    }
    if (value instanceof byte[] bytes) {
      return Arrays.toString(bytes);
    }
    if (value instanceof int[] counts) {
      return Arrays.toString(counts);
    }
    if (value instanceof long[] counts) {
      return Arrays.toString(counts);
    }
    if (value instanceof Object[] values) {
      return Arrays.toString(values);
    }
    return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
  }

  private static String text(Array array) {
    try {
      return "Array of " + array.getBaseTypeName() + ", " + array.getBaseType() + ": " + array;
    } catch (SQLException e) {
      return "Array: " + e.getSQLState();
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Something that may fail. */
  interface Step {
    void run() throws SQLException;
  }
}
