package io.shardjdbc.merge;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.Merge;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One column of groups: a key, or an aggregate whose parts combine.
 *
 * <p>Keys are of types of which Java knows when two values are equal, and of which equal values
 * look alike: whole numbers, booleans, dates and times, uuid, and text whose collation tells texts
 * apart that differ. Not so {@code numeric} (1.0 and 1.00), floating point (0 and -0), {@code
 * char(n)}.
 */
final class GroupedColumn {

  private static final Set<String> TEXTS = Set.of("text", "varchar", "name");
  private static final Set<ValueOrder> EXACT =
      Set.of(
          ValueOrder.INTEGER,
          ValueOrder.OID,
          ValueOrder.BOOLEAN,
          ValueOrder.DATE,
          ValueOrder.TIME,
          ValueOrder.TIMESTAMP,
          ValueOrder.UUID_BYTES);

  private final int column;
  private final Merge.@Nullable Total total;
  private final ValueOrder order;
  private final boolean[] binary;
  private final boolean mixed;

  /** What a column of a group has come to. */
  static final class Value {

    private static final Value NULL = new Value(null, null);

    private final @Nullable Object sorted;
    private final byte @Nullable [] bytes;

    /**
     * @param sorted as {@link ValueOrder} compares it; null for NULL
     * @param bytes as a server sent it; null where it was added up
     */
    private Value(@Nullable Object sorted, byte @Nullable [] bytes) {
      this.sorted = sorted;
      this.bytes = bytes;
    }

    @Nullable Object sorted() {
      return sorted;
    }
  }

  private GroupedColumn(
      int column, Merge.@Nullable Total total, ValueOrder order, boolean[] binary, boolean mixed) {
    this.column = column;
    this.total = total;
    this.order = order;
    this.binary = binary;
    this.mixed = mixed;
  }

  /**
   * A column of result sets of the same columns.
   *
   * @param column its position, from 1
   * @throws SQLException a refusal, if it is of a type that Java does not combine exactly
   */
  static GroupedColumn of(Merge.GroupColumn asked, int column, List<ResultSet> inputs)
      throws SQLException {
    ResultSetMetaData metaData = inputs.get(0).getMetaData();
    String type = metaData.getColumnTypeName(column);
    Merge.Total total = asked.total();
    ValueOrder order;
    if (total != null) {
      order = TotalsRow.orderOf(metaData, column, total);
    } else if (asked.exactText() && TEXTS.contains(type)) {
      order = ValueOrder.BYTES;
    } else {
      order = ValueOrder.of(metaData, column);
    }
    boolean cut =
        order == ValueOrder.BYTES
            && (!TEXTS.contains(type) || inputs.get(0).getStatement().getMaxFieldSize() > 0);
    if (order == null || cut || (total == null && !isExact(order))) {
      String what = total == null ? "GROUP BY" : total.name().toLowerCase(Locale.ROOT);
      throw SqlErrors.of(ErrorCode.UNSUPPORTED_CLAUSE, what + " of type " + type);
    }
    boolean[] binary = new boolean[inputs.size()];
    boolean mixed = false;
    for (int i = 0; i < binary.length; i++) {
      binary[i] = SortColumn.isBinary(inputs.get(i), column);
      mixed |= binary[i] != binary[0];
    }
    return new GroupedColumn(column, total, order, binary, mixed);
  }

  private static boolean isExact(ValueOrder order) {
    return order == ValueOrder.BYTES || EXACT.contains(order);
  }

  boolean isKey() {
    return total == null;
  }

  /** Whether its values are given out as servers send them in binary. */
  boolean isBinary() {
    return isGivenOn() && binary[0] && !mixed;
  }

  /** Whether a value of a shard is the answer, and not a sum of them. */
  private boolean isGivenOn() {
    return total != Merge.Total.COUNT && total != Merge.Total.SUM;
  }

  Value read(int input, ResultSet rows) throws SQLException {
    byte[] bytes = rows.getBytes(column);
    if (bytes == null) {
      return Value.NULL;
    }
    Object value = order.read(bytes, binary[input]);
    if (!isGivenOn()) {
      return new Value(value, null);
    }
    return new Value(value, mixed && binary[input] ? text(rows) : bytes);
  }

  /** Where shards send it in different formats, all is given out as text. */
  private byte[] text(ResultSet rows) throws SQLException {
    return String.valueOf(rows.getString(column)).getBytes(StandardCharsets.UTF_8);
  }

  /** What equal values have in common; null for NULL, which is a key of its own. */
  @Nullable Object equality(Value value) {
    return value.sorted() instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value.sorted();
  }

  /** One value of two groups of equal keys. */
  Value combine(Value a, Value b) throws SQLException {
    Object x = a.sorted();
    Object y = b.sorted();
    if (total == null || y == null) {
      return a;
    }
    if (x == null) {
      return b;
    }
    return switch (total) {
      case COUNT, SUM -> new Value(TotalsRow.add(x, y), null);
      case MIN, BOOL_AND -> order.compare(y, x) < 0 ? b : a;
      case MAX, BOOL_OR -> order.compare(y, x) > 0 ? b : a;
    };
  }

  byte @Nullable [] bytes(Value value) {
    Object sorted = value.sorted();
    if (sorted == null || isGivenOn()) {
      return value.bytes;
    }
    String text = sorted instanceof BigDecimal exact ? exact.toPlainString() : sorted.toString();
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
