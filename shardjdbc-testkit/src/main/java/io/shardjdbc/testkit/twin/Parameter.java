package io.shardjdbc.testkit.twin;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value and the setter that binds it.
 *
 * @param description how the call reads, such as {@code setLong(5)}
 * @param binding makes the call
 */
public record Parameter(String description, Binding binding) {

  /** Binds a value at an index of a prepared statement. */
  @FunctionalInterface
  public interface Binding {
    void bind(PreparedStatement statement, int index) throws SQLException;
  }

  /** Binds by the setter that goes with the value's class, and anything else by setObject. */
  public static Parameter of(@Nullable Object value) {
    if (value == null) {
      return ofNull(Types.NULL);
    } else if (value instanceof Parameter parameter) {
      return parameter;
    } else if (value instanceof Short number) {
      return new Parameter("setShort(" + number + ")", (s, i) -> s.setShort(i, number));
    } else if (value instanceof Integer number) {
      return new Parameter("setInt(" + number + ")", (s, i) -> s.setInt(i, number));
    } else if (value instanceof Long number) {
      return new Parameter("setLong(" + number + ")", (s, i) -> s.setLong(i, number));
    } else if (value instanceof String text) {
      return new Parameter("setString('" + text + "')", (s, i) -> s.setString(i, text));
    } else if (value instanceof Boolean flag) {
      return new Parameter("setBoolean(" + flag + ")", (s, i) -> s.setBoolean(i, flag));
    } else if (value instanceof Double number) {
      return new Parameter("setDouble(" + number + ")", (s, i) -> s.setDouble(i, number));
    } else if (value instanceof BigDecimal number) {
      return new Parameter("setBigDecimal(" + number + ")", (s, i) -> s.setBigDecimal(i, number));
    } else if (value instanceof byte[] bytes) {
      return new Parameter(
          "setBytes(" + Arrays.toString(bytes) + ")", (s, i) -> s.setBytes(i, bytes));
    }
    return object(value);
  }

  /** Binds by {@code setObject} without a type. */
  public static Parameter object(Object value) {
    return new Parameter(
        "setObject((%s) %s)".formatted(value.getClass().getSimpleName(), value),
        (s, i) -> s.setObject(i, value));
  }

  /** Binds by {@code setObject} as a type of {@link Types}. */
  public static Parameter object(Object value, int sqlType) {
    return new Parameter(
        "setObject((%s) %s, %d)".formatted(value.getClass().getSimpleName(), value, sqlType),
        (s, i) -> s.setObject(i, value, sqlType));
  }

  /** Binds NULL as a type of {@link Types}. */
  public static Parameter ofNull(int sqlType) {
    return new Parameter("setNull(" + sqlType + ")", (s, i) -> s.setNull(i, sqlType));
  }

  /** Binds an array of the element type that PostgreSQL calls so, such as {@code int8}. */
  public static Parameter array(String elementType, @Nullable Object... elements) {
    return new Parameter(
        "setArray(%s %s)".formatted(elementType, Arrays.toString(elements)),
        (s, i) -> s.setArray(i, s.getConnection().createArrayOf(elementType, elements)));
  }

  @Override
  public String toString() {
    return description;
  }
}
