package io.shardjdbc.merge;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.Merge;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.core.Field;

/** One column that rows are sorted by: how its values are read, and how they compare. */
final class SortColumn {

  private static final Set<String> TEXTS = Set.of("text", "varchar", "name");

  private final int column;
  private final ValueOrder order;
  private final boolean[] binary;
  private final boolean descending;
  private final boolean nullsFirst;

  private SortColumn(Merge.SortKey key, int column, ValueOrder order, boolean[] binary) {
    this.column = column;
    this.order = order;
    this.binary = binary;
    this.descending = key.descending();
    this.nullsFirst = key.nullsFirst();
  }

  /**
   * The column of a sort key, in result sets of the same columns.
   *
   * @throws SQLException a refusal, if values of its type do not compare exactly in Java
   */
  static SortColumn of(Merge.SortKey key, List<ResultSet> inputs) throws SQLException {
    ResultSetMetaData metaData = inputs.get(0).getMetaData();
    int count = metaData.getColumnCount();
    int column = key.column() > 0 ? key.column() : count + 1 + key.column();
    ValueOrder order = order(key, metaData, column);
    if (order == null) {
      throw SqlErrors.of(
          ErrorCode.UNSUPPORTED_CLAUSE,
          "ORDER BY " + key.label() + " of type " + metaData.getColumnTypeName(column));
    }
    if (order == ValueOrder.BYTES && inputs.get(0).getStatement().getMaxFieldSize() > 0) {
      throw SqlErrors.of(
          ErrorCode.UNSUPPORTED_CLAUSE, "ORDER BY " + key.label() + " with setMaxFieldSize");
    }
    boolean[] binary = new boolean[inputs.size()];
    for (int i = 0; i < binary.length; i++) {
      binary[i] = isBinary(inputs.get(i), column);
    }
    return new SortColumn(key, column, order, binary);
  }

  private static @Nullable ValueOrder order(
      Merge.SortKey key, ResultSetMetaData metaData, int column) throws SQLException {
    boolean bytes =
        key.text() == Merge.TextOrder.BYTES && TEXTS.contains(metaData.getColumnTypeName(column));
    return bytes ? ValueOrder.BYTES : ValueOrder.of(metaData, column);
  }

  /** Whether the server sent a column in binary, which may differ from connection to connection. */
  static boolean isBinary(ResultSet rows, int column) throws SQLException {
    PGResultSetMetaData metaData = rows.getMetaData().unwrap(PGResultSetMetaData.class);
    return metaData.getFormat(column) == Field.BINARY_FORMAT;
  }

  /** The value of the row that an input stands on. */
  @Nullable Object read(int input, ResultSet rows) throws SQLException {
    if (order == ValueOrder.INTEGER) { // of which the driver copies nothing
      long number = rows.getLong(column);
      return rows.wasNull() ? null : (Object) number;
    }
    byte[] bytes = rows.getBytes(column);
    return bytes == null ? null : order.read(bytes, binary[input]);
  }

  int compare(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      if (a == b) {
        return 0;
      }
      return (a == null) == nullsFirst ? -1 : 1;
    }
    int ascending = order.compare(a, b);
    return descending ? -ascending : ascending;
  }
}
