package io.shardjdbc.merge;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.Merge;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.BaseStatement;
import org.postgresql.core.Field;
import org.postgresql.core.Tuple;

/**
 * The one row of aggregates that the shards' rows of partial aggregates add up to.
 *
 * <p>It is made as a result set of the driver's own, of the types the server gave, so that every
 * conversion and all metadata are the driver's. Sums are exact: of {@code bigint} with the server's
 * overflow error, of {@code numeric} with the server's scale, which is the greatest of the summands
 * ({@code numeric.c}, {@code add_var}). Sums of floating point are refused, for they depend on the
 * order in which they are added.
 */
final class TotalsRow {

  private static final String OUT_OF_RANGE = "22003";

  private final List<ResultSet> inputs;
  private final ResultSetMetaData metaData;
  private final boolean[] empty;

  private TotalsRow(List<ResultSet> inputs) throws SQLException {
    this.inputs = inputs;
    this.metaData = inputs.get(0).getMetaData();
    this.empty = new boolean[inputs.size()];
  }

  /**
   * Reads every input's row and combines them.
   *
   * @param statement a physical statement to whose connection the row is to belong
   */
  static ResultSet of(List<ResultSet> inputs, List<Merge.Total> totals, Statement statement)
      throws SQLException {
    TotalsRow row = new TotalsRow(inputs);
    int count = totals.size();
    ValueOrder[] orders = new ValueOrder[count];
    for (int i = 0; i < count; i++) {
      orders[i] = orderOf(row.metaData, i + 1, totals.get(i));
    }
    boolean any = false;
    for (int i = 0; i < inputs.size(); i++) {
      row.empty[i] = !inputs.get(i).next();
      any |= !row.empty[i];
    }
    BaseConnection connection = statement.getConnection().unwrap(BaseConnection.class);
    Field[] fields = new Field[count];
    byte[][] data = new byte[count][];
    for (int i = 0; i < count; i++) {
      int column = i + 1;
      fields[i] =
          new Field(
              row.metaData.getColumnLabel(column),
              connection.getTypeInfo().getPGType(row.metaData.getColumnTypeName(column)));
      Value value = row.combine(column, totals.get(i), orders[i]);
      if (value != null) {
        fields[i].setFormat(value.binary ? Field.BINARY_FORMAT : Field.TEXT_FORMAT);
        data[i] = value.bytes;
      }
    }
    List<Tuple> tuples = any ? List.of(new Tuple(data)) : List.of();
    return statement
        .unwrap(BaseStatement.class)
        .createDriverResultSet(fields, new java.util.ArrayList<>(tuples));
  }

  /** Bytes as a server sends them. */
  private static final class Value {
    final byte[] bytes;
    final boolean binary;

    Value(byte[] bytes, boolean binary) {
      this.bytes = bytes;
      this.binary = binary;
    }

    static Value text(String text) {
      return new Value(text.getBytes(StandardCharsets.US_ASCII), false);
    }
  }

  /**
   * How values of an aggregate compare.
   *
   * @throws SQLException a refusal, if its parts do not combine exactly in Java
   */
  static ValueOrder orderOf(ResultSetMetaData metaData, int column, Merge.Total total)
      throws SQLException {
    String type = metaData.getColumnTypeName(column);
    ValueOrder order = ValueOrder.of(metaData, column);
    boolean exact =
        switch (total) {
          case COUNT -> order == ValueOrder.INTEGER;
          case SUM -> order == ValueOrder.INTEGER || order == ValueOrder.NUMERIC;
          case MIN, MAX -> order != null;
          case BOOL_AND, BOOL_OR -> order == ValueOrder.BOOLEAN;
        };
    if (!exact || order == null) {
      String name = total.name().toLowerCase(java.util.Locale.ROOT);
      throw SqlErrors.of(ErrorCode.UNSUPPORTED_CLAUSE, name + " of type " + type);
    }
    return order;
  }

  private @Nullable Value combine(int column, Merge.Total total, ValueOrder order)
      throws SQLException {
    return switch (total) {
      case COUNT, SUM -> sum(column, order);
      case MIN, BOOL_AND -> extreme(column, order, -1);
      case MAX, BOOL_OR -> extreme(column, order, 1);
    };
  }

  private @Nullable Value sum(int column, ValueOrder order) throws SQLException {
    Object sum = null;
    for (int i = 0; i < inputs.size(); i++) {
      Object value = read(i, column, order);
      if (value != null) {
        sum = sum == null ? value : add(sum, value);
      }
    }
    if (sum == null) {
      return null;
    }
    return Value.text(sum instanceof BigDecimal exact ? exact.toPlainString() : sum.toString());
  }

  /** The sum of two whole numbers, or of two of any size. */
  static Object add(Object a, Object b) throws SQLException {
    if (a instanceof Long x && b instanceof Long y) {
      try {
        return Math.addExact(x, y);
      } catch (ArithmeticException e) {
        throw new SQLException("bigint out of range", OUT_OF_RANGE, e);
      }
    }
    if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
      return x.add(y);
    }
    return asDouble(a) + asDouble(b); // one of them is NaN or infinite, and so is the sum
  }

  private static double asDouble(Object value) {
    return value instanceof Double d ? d : 0;
  }

  private @Nullable Value extreme(int column, ValueOrder order, int sign) throws SQLException {
    Object best = null;
    int from = -1;
    for (int i = 0; i < inputs.size(); i++) {
      Object value = read(i, column, order);
      if (value != null && (best == null || sign * order.compare(value, best) > 0)) {
        best = value;
        from = i;
      }
    }
    if (from < 0) {
      return null;
    }
    ResultSet rows = inputs.get(from);
    boolean binary = SortColumn.isBinary(rows, column);
    if (!binary && metaData.getColumnTypeName(column).equals("bytea")) {
      return Value.text(rows.getString(column)); // getBytes would give what the text stands for
    }
    return new Value(rows.getBytes(column), binary);
  }

  private @Nullable Object read(int input, int column, ValueOrder order) throws SQLException {
    if (empty[input]) {
      return null;
    }
    ResultSet rows = inputs.get(input);
    byte[] bytes = rows.getBytes(column);
    return bytes == null ? null : order.read(bytes, SortColumn.isBinary(rows, column));
  }
}
