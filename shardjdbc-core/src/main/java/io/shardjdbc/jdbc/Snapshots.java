package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.util.Calendar;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/**
 * Copies of values that are bound now and sent later.
 *
 * <p>The driver reads a value when its setter is called, so callers reuse a buffer or a date for
 * the next row of a batch. A value that is only recorded must not change with it.
 */
final class Snapshots {

  private Snapshots() {}

  @SuppressWarnings("JavaUtilDate") // the dates of java.sql are of that class
  static @Nullable Object of(@Nullable Object value) throws SQLException {
    if (value == null || value instanceof String || value instanceof Number) {
      return value;
    }
    if (value instanceof Date date) {
      return date.clone(); // java.sql.Date, Time and Timestamp too
    }
    if (value instanceof Calendar calendar) {
      return calendar.clone();
    }
    if (value.getClass().isArray()) {
      return ofArray(value);
    }
    if (value instanceof Map<?, ?> map) {
      return new LinkedHashMap<>(map);
    }
    return value instanceof PGobject object ? ofObject(object) : value;
  }

  private static Object ofArray(Object array) throws SQLException {
    if (array instanceof byte[] bytes) {
      return bytes.clone();
    }
    if (array instanceof Object[] objects) {
      Object[] copy = objects.clone();
      for (int i = 0; i < copy.length; i++) {
        copy[i] = of(copy[i]);
      }
      return copy;
    }
    if (array instanceof int[] ints) {
      return ints.clone();
    }
    if (array instanceof long[] longs) {
      return longs.clone();
    }
    if (array instanceof short[] shorts) {
      return shorts.clone();
    }
    if (array instanceof double[] doubles) {
      return doubles.clone();
    }
    if (array instanceof float[] floats) {
      return floats.clone();
    }
    return array instanceof boolean[] booleans ? booleans.clone() : ((char[]) array).clone();
  }

  private static Object ofObject(PGobject object) throws SQLException {
    try {
      return object.clone();
    } catch (CloneNotSupportedException e) {
      throw SqlErrors.of(
          e, ErrorCode.USAGE, "a value of class " + object.getClass().getName() + " has no copy");
    }
  }
}
