package io.shardjdbc.jdbc;

import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about a statement that has not run.
 *
 * @param columns absent where it returns no rows
 */
record Description(@Nullable ResultSetMetaData columns, ParameterMetaData parameters) {

  /**
   * Reads everything that the driver would ask its connection for later, when the connection serves
   * somebody else; the driver keeps what it has read.
   */
  static Description of(PreparedStatement statement) throws SQLException {
    ResultSetMetaData columns = statement.getMetaData();
    for (int i = 1; columns != null && i <= columns.getColumnCount(); i++) {
      columns.getColumnTypeName(i);
      columns.getColumnClassName(i);
      columns.isNullable(i);
    }
    ParameterMetaData parameters = statement.getParameterMetaData();
    for (int i = 1; i <= parameters.getParameterCount(); i++) {
      parameters.getParameterTypeName(i);
      parameters.getParameterClassName(i);
    }
    return new Description(columns, parameters);
  }
}
