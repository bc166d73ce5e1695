package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns values that a server has computed into the keys they become when they are stored.
 *
 * <p>Storing converts by assignment casts, which round where a comparison would not: {@code 2.5}
 * becomes 3 in a bigint column, a {@code float8} is rounded to even, a {@code char(n)} loses its
 * blanks in a text column. What is not known exactly is {@link Reading#UNKNOWN}. Dates and times
 * come in ISO's form, since the driver keeps {@code DateStyle} so, and moments with their offset.
 */
public final class StoredKeys {

  private static final Set<String> WRITTEN_ALIKE =
      Set.of("text", "varchar", "name", "int2", "int4", "int8", "numeric", "uuid");

  private static final Set<String> EXACT = Set.of("int2", "int4", "int8", "numeric");

  private static final Set<String> NUMBERS =
      Set.of("int2", "int4", "int8", "numeric", "float4", "float8");

  private static final Set<String> TIMES = Set.of("date", "timestamp", "timestamptz");

  private StoredKeys() {}

  /**
   * @param type the value's type, by its name in {@code pg_type}, possibly in quotes
   * @param value as the server writes it
   */
  public static Reading of(KeyType column, String type, @Nullable String value) {
    if (value == null) {
      return Reading.NEVER;
    }
    String from = type.startsWith("\"") ? type.substring(1, type.length() - 1) : type;
    try {
      return switch (column) {
        case INTEGER -> integer(from, value);
        case TEXT -> text(from, value);
        case UUID ->
            from.equals("uuid") ? Reading.of(Key.of(UUID.fromString(value))) : Reading.UNKNOWN;
        case DATE ->
            from.equals("date") || from.equals("timestamp")
                ? TimeValues.storedDate(value)
                : Reading.UNKNOWN;
        case TIMESTAMP ->
            from.equals("timestamp") || from.equals("date")
                ? TimeValues.timestamp(value)
                : Reading.UNKNOWN;
        case TIMESTAMPTZ -> from.equals("timestamptz") ? TimeValues.moment(value) : Reading.UNKNOWN;
        case NUMERIC -> EXACT.contains(from) ? NumericValues.text(value) : Reading.UNKNOWN;
      };
    } catch (NumberFormatException e) {
      return Reading.UNKNOWN; // NaN, Infinity: the server refuses them
    }
  }

  /**
   * Whether PostgreSQL assigns values of the type to such a column, by one of its own casts.
   *
   * @param type as above
   */
  public static boolean mayBecome(KeyType column, String type) {
    String from = type.startsWith("\"") ? type.substring(1, type.length() - 1) : type;
    return switch (column) {
      case INTEGER, NUMERIC -> NUMBERS.contains(from);
      case TEXT -> true;
      case UUID -> from.equals("uuid");
      case DATE, TIMESTAMP, TIMESTAMPTZ -> TIMES.contains(from);
    };
  }

  private static Reading integer(String from, String value) {
    BigInteger number =
        switch (from) {
          case "int2", "int4", "int8" -> new BigInteger(value);
          case "numeric" ->
              new BigDecimal(value).setScale(0, RoundingMode.HALF_UP).toBigIntegerExact();
          case "float8" -> new BigDecimal(Math.rint(Double.parseDouble(value))).toBigIntegerExact();
          case "float4" -> new BigDecimal(Math.rint(Float.parseFloat(value))).toBigIntegerExact();
          default -> null;
        };
    return number == null || number.bitLength() >= Long.SIZE
        ? Reading.UNKNOWN
        : Reading.of(Key.of(number.longValue()));
  }

  private static Reading text(String from, String value) {
    if (WRITTEN_ALIKE.contains(from)) {
      return Reading.of(Key.of(value));
    }
    if (!from.equals("bpchar")) {
      return Reading.UNKNOWN;
    }
    int end = value.length();
    while (end > 0 && value.charAt(end - 1) == ' ') {
      end--;
    }
    return Reading.of(Key.of(value.substring(0, end)));
  }
}
