package io.shardjdbc.jdbc;

import io.shardjdbc.dispatch.Planned;
import io.shardjdbc.execute.Invocation;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The text of a statement that ran in another form, for what it says of its columns. */
record CallersText(LogicalConnection connection, Planned planned, Invocation invocation) {

  /** The columns of the answer, with what the text knows of them. */
  ResultSetMetaData describing(ResultSetMetaData own) {
    // In a view's place its definition ran, which takes its columns from other tables.
    return new DescribedColumns(own, planned.plan().replacesViews(), this::columns);
  }

  private @Nullable ResultSetMetaData columns() {
    String sql = planned.plan().sqlWithViews();
    if (invocation.form() == Invocation.Form.PLAIN && sql.indexOf('?') >= 0) {
      return null; // what is an operator there would be a parameter
    }
    try {
      return Description.columnsQuietly(connection, sql, invocation.bindings());
    } catch (SQLException e) {
      return null; // no one server knows all of its tables
    }
  }
}
