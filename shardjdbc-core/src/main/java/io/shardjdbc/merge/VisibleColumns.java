package io.shardjdbc.merge;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.wrap.ColumnMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of the shards' rows the caller sees, in the caller's order.
 *
 * <p>Some are for the merge alone; of generated keys the caller may have named a few.
 */
final class VisibleColumns {

  /** No column at all. */
  static final VisibleColumns NONE = new VisibleColumns(null, new int[0]);

  private final @Nullable ResultSet first;
  private final int[] columns;

  private VisibleColumns(@Nullable ResultSet first, int[] columns) {
    this.first = first;
    this.columns = columns;
  }

  /** All but the last few. */
  static VisibleColumns butLast(ResultSet first, int hidden) throws SQLException {
    int[] columns = new int[first.getMetaData().getColumnCount() - hidden];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i + 1;
    }
    return new VisibleColumns(first, columns);
  }

  /** Those at these positions, counted from 1. */
  static VisibleColumns at(ResultSet first, int[] positions) throws SQLException {
    int count = first.getMetaData().getColumnCount();
    for (int position : positions) {
      if (position < 1 || position > count) {
        throw SqlErrors.of(ErrorCode.USAGE, "there is no column " + position);
      }
    }
    return new VisibleColumns(first, positions.clone());
  }

  /** The position in the shards' rows of the caller's column. */
  int position(int index) throws SQLException {
    if (index < 1 || index > columns.length) {
      throw SqlErrors.of(
          ErrorCode.USAGE,
          "the column index is out of range: " + index + ", number of columns: " + columns.length);
    }
    return columns[index - 1];
  }

  /** The caller's column of a label. */
  int find(String label) throws SQLException {
    int position = first == null ? 0 : first.findColumn(label);
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] == position) {
        return i + 1;
      }
    }
    throw SqlErrors.of(
        ErrorCode.USAGE, "the column name " + label + " was not found in this result set");
  }

  ResultSetMetaData metaData() {
    return new ColumnMetaData() {
      @Override
      protected ResultSetMetaData delegate() throws SQLException {
        if (first == null) {
          throw SqlErrors.of(ErrorCode.USAGE, "the result set has no columns");
        }
        return first.getMetaData();
      }

      @Override
      protected int column(int index) throws SQLException {
        return position(index);
      }

      @Override
      public int getColumnCount() {
        return columns.length;
      }
    };
  }
}
