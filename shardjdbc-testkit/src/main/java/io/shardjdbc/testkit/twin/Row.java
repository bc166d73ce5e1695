package io.shardjdbc.testkit.twin;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row as a caller reads it: each value's text, and the class of {@code getObject} where it is one
 * of Java's own.
 */
record Row(List<@Nullable String> values) {

  private static final MathContext FLOATING = new MathContext(10, RoundingMode.HALF_EVEN);
  private static final char CLASS = '\u2063';

  Row {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  static Row read(ResultSet rows, int columns) throws SQLException {
    List<@Nullable String> values = new ArrayList<>(columns);
    for (int i = 1; i <= columns; i++) {
      String text = rows.getString(i);
      Object object = rows.getObject(i);
      if ((text == null) != (object == null) || rows.wasNull() != (object == null)) {
        values.add("getString, getObject and wasNull disagree: " + text + ", " + object);
      } else if (object != null && object.getClass().getName().startsWith("java.")) {
        values.add(text + CLASS + object.getClass().getSimpleName());
      } else {
        values.add(text);
      }
    }
    return new Row(values);
  }

  /** Floating-point values to ten digits: a sum depends on the order in which it was made. */
  Row rounded(List<Column> columns) {
    List<@Nullable String> rounded = new ArrayList<>(values);
    for (int i = 0; i < columns.size() && i < values.size(); i++) {
      String value = values.get(i);
      if (value != null && columns.get(i).isFloating()) {
        rounded.set(i, round(value));
      }
    }
    return new Row(rounded);
  }

  private static String round(String value) {
    int end = value.indexOf(CLASS);
    String number = end < 0 ? value : value.substring(0, end);
    try {
      BigDecimal exact = new BigDecimal(number).round(FLOATING);
      return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toString();
    } catch (NumberFormatException notFinite) {
      return value;
    }
  }

  /** The row without its first columns. */
  Row from(int column) {
    return new Row(values.subList(column, values.size()));
  }

  @Override
  public String toString() {
    return values.toString().replace(CLASS, ':');
  }
}
