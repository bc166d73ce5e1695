package io.shardjdbc.jdbc;

import io.shardjdbc.wrap.Binding;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Array;
import java.sql.Clob;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.TimestampUtils;
import org.postgresql.util.PGTimestamp;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;

/**
 * {@code setObject} with a target type, as the plain setter that sends the same.
 *
 * <p>With a target type the driver converts a value before it sends it: {@code 4294967301L} as
 * INTEGER is 5. Routing has to go by what is sent. So the conversion is made here, once, by the
 * driver's rules, and both routing and the driver are given its result. What the driver would
 * refuse, and what it sends in a form of its own, is left to it; of that, routing reads nothing.
 *
 * <p>The rules are those of the driver's {@code castTo..} methods: numbers are cut as Java casts
 * cut them, dates are their milliseconds, booleans are 1 and 0, texts are read by the driver.
 */
final class TargetTypes {

  private TargetTypes() {}

  /**
   * Sets the value in another way that sends the same.
   *
   * @param scale the decimal places to round to; negative for as many as there are
   * @return whether there is such a way
   */
  static boolean set(
      PreparedStatement statement, int index, @Nullable Object value, int type, int scale)
      throws SQLException {
    if (value == null || value instanceof Clob) {
      return false;
    }
    try {
      return switch (type) {
        case Types.BIGINT, Types.INTEGER, Types.SMALLINT, Types.TINYINT ->
            integer(statement, index, value, type);
        case Types.REAL -> {
          statement.setFloat(index, number(value, Float::parseFloat).floatValue());
          yield true;
        }
        case Types.DOUBLE, Types.FLOAT -> {
          statement.setDouble(index, number(value, Double::parseDouble).doubleValue());
          yield true;
        }
        case Types.NUMERIC, Types.DECIMAL -> {
          statement.setBigDecimal(index, decimal(value, scale));
          yield true;
        }
        case Types.VARCHAR, Types.LONGVARCHAR -> text(statement, index, value);
        case Types.DATE -> date(statement, index, value);
        case Types.TIMESTAMP -> timestamp(statement, index, value);
        case Types.TIMESTAMP_WITH_TIMEZONE -> moment(statement, index, value);
        case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY -> {
          statement.setObject(index, value); // the driver looks at the value alone
          yield true;
        }
        case Types.OTHER -> {
          if (value instanceof PGobject) {
            statement.setObject(index, value);
          }
          yield value instanceof PGobject;
        }
        case Types.ARRAY -> array(statement, index, value);
        default -> false;
      };
    } catch (NumberFormatException | IndexOutOfBoundsException | PSQLException e) {
      return false; // the driver says what is wrong with it when it is bound
    }
  }

  private static boolean integer(PreparedStatement statement, int index, Object value, int type)
      throws SQLException {
    switch (type) {
      case Types.BIGINT -> statement.setLong(index, number(value, Long::parseLong).longValue());
      case Types.INTEGER -> statement.setInt(index, number(value, Integer::parseInt).intValue());
      default -> statement.setShort(index, number(value, Short::parseShort).shortValue());
    }
    return true;
  }

  private interface Parsing {
    Number parse(String text);
  }

  @SuppressWarnings("JavaUtilDate") // the driver takes any java.util.Date
  private static Number number(Object value, Parsing parsing) {
    if (value instanceof Number number) {
      return number;
    }
    if (value instanceof String || value instanceof Character) {
      return parsing.parse(value.toString());
    }
    if (value instanceof Date date) {
      return date.getTime();
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    throw new NumberFormatException();
  }

  private static BigDecimal decimal(Object value, int scale) {
    BigDecimal decimal;
    if (value instanceof BigDecimal exact) {
      decimal = exact;
    } else if (value instanceof BigInteger big) {
      decimal = new BigDecimal(big);
    } else if (value instanceof Double || value instanceof Float) {
      decimal = BigDecimal.valueOf(((Number) value).doubleValue());
    } else if (value instanceof Number && !isWhole(value)) {
      throw new NumberFormatException();
    } else if (value instanceof String || value instanceof Character) {
      decimal = new BigDecimal(value.toString());
    } else {
      decimal = BigDecimal.valueOf(number(value, Long::parseLong).longValue());
    }
    return scale < 0 ? decimal : decimal.setScale(scale, RoundingMode.HALF_UP);
  }

  private static boolean isWhole(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte;
  }

  private static boolean text(PreparedStatement statement, int index, Object value)
      throws SQLException {
    if (value instanceof InputStream || value instanceof Reader) {
      return false;
    }
    statement.setString(index, written(value));
    return true;
  }

  @SuppressWarnings("JavaUtilDate") // the driver takes any java.util.Date
  private static boolean date(PreparedStatement statement, int index, Object value)
      throws SQLException {
    if (value instanceof java.sql.Date date) {
      statement.setDate(index, date);
    } else if (value instanceof Date date) {
      statement.setDate(index, new java.sql.Date(date.getTime()));
    } else if (value instanceof LocalDate date) {
      statement.setObject(index, date);
    } else {
      java.sql.Date read = reading().toDate(null, value.toString());
      if (read == null) {
        return false;
      }
      statement.setDate(index, read);
    }
    return true;
  }

  @SuppressWarnings("JavaUtilDate") // the driver takes any java.util.Date
  private static boolean timestamp(PreparedStatement statement, int index, Object value)
      throws SQLException {
    if (value instanceof PGTimestamp) {
      return false;
    } else if (value instanceof Timestamp time) {
      statement.setTimestamp(index, time);
    } else if (value instanceof Date date) {
      statement.setTimestamp(index, new Timestamp(date.getTime()));
    } else if (value instanceof LocalDateTime time) {
      statement.setObject(index, time);
    } else {
      Timestamp read = reading().toTimestamp(null, value.toString());
      if (read == null) {
        return false;
      }
      statement.setTimestamp(index, read);
    }
    return true;
  }

  /** The driver's own way to read texts, in the JVM's time zone of this moment. */
  private static TimestampUtils reading() {
    return new TimestampUtils(false, TimeZone::getDefault);
  }

  private static boolean moment(PreparedStatement statement, int index, Object value)
      throws SQLException {
    if (value instanceof OffsetDateTime) {
      statement.setObject(index, value);
      return true;
    }
    return false;
  }

  private static boolean array(PreparedStatement statement, int index, Object value)
      throws SQLException {
    if (value instanceof Array array) {
      statement.setArray(index, array);
      return true;
    }
    if (value.getClass().isArray() && !(value instanceof byte[])) {
      statement.setObject(index, value);
      return true;
    }
    return false;
  }

  /** What goes without a type, as OTHER and DISTINCT do, for the server to take as it needs it. */
  static @Nullable Binding other(@Nullable Object value, int type) throws SQLException {
    if (value == null || (type != Types.OTHER && type != Types.DISTINCT)) {
      return null;
    }
    if (type == Types.OTHER) {
      return value instanceof Map
          ? null
          : new AsOther(value instanceof UUID ? value : written(value));
    }
    return new AsOther(written(value));
  }

  private static String written(Object value) throws SQLException {
    return value instanceof ShardArray array ? array.literal() : value.toString();
  }

  private record AsOther(Object value) implements Binding {
    @Override
    public void bind(PreparedStatement target, int index) throws SQLException {
      target.setObject(index, value, Types.OTHER);
    }

    @Override
    public String toString() {
      return "SetOther";
    }
  }

  /**
   * A number without a target type: of one of a class that it does not know, which may count on,
   * the driver sends the text at that moment.
   */
  static Number untyped(Number number) {
    if (number.getClass().getPackage() == Long.class.getPackage() || isExact(number)) {
      return number;
    }
    try {
      return new BigDecimal(number.toString());
    } catch (NumberFormatException e) {
      return number;
    }
  }

  private static boolean isExact(Number number) {
    return number.getClass() == BigDecimal.class || number.getClass() == BigInteger.class;
  }
}
