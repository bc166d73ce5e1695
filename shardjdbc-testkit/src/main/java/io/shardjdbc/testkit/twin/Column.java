package io.shardjdbc.testkit.twin;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

/** What a caller sees of a column of a result. */
record Column(String label, String typeName, int jdbcType) {

  static List<Column> of(ResultSetMetaData metaData) throws SQLException {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= metaData.getColumnCount(); i++) {
      columns.add(
          new Column(
              metaData.getColumnLabel(i),
              metaData.getColumnTypeName(i),
              metaData.getColumnType(i)));
    }
    return columns;
  }

  /** Whether sums of it depend on the order in which they are made. */
  boolean isFloating() {
    return jdbcType == Types.DOUBLE || jdbcType == Types.REAL || jdbcType == Types.FLOAT;
  }

  @Override
  public String toString() {
    return label + " " + typeName + "/" + jdbcType;
  }
}
