package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.route.SentMoment;
import io.shardjdbc.routing.sql.Expr.LiteralKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns single Java values and literals into keys of a type. */
public final class KeyValues {

  private static final Pattern INTEGER =
      Pattern.compile("[ \\t\\n\\r\\f]*[+-]?[0-9]{1,30}[ \\t\\n\\r\\f]*");

  /** As the server takes a uuid: braces around it, and hyphens between any groups of four. */
  private static final Pattern UUID_TEXT =
      Pattern.compile("H(-?H){7}|\\{H(-?H){7}\\}".replace("H", "[0-9a-fA-F]{4}"));

  private static final Optional<KeyType> OF_INTEGER = Optional.of(KeyType.INTEGER);

  /** Below this every integer has a float8 of its own. */
  static final long EXACT_IN_DOUBLE = 1L << 53;

  /** Below this every integer has a float4 of its own. */
  static final long EXACT_IN_FLOAT = 1L << 24;

  private KeyValues() {}

  /** A bound value that is compared with a column. */
  public static Reading compared(@Nullable Object value, Optional<KeyType> type) {
    if (value == null) {
      return Reading.NEVER;
    }
    if (type.isEmpty()) {
      return inferred(value);
    }
    return switch (type.get()) {
      case INTEGER -> value instanceof String text ? integerText(text) : number(value);
      case TEXT -> text(value);
      case UUID -> uuid(value);
      case DATE -> TimeValues.comparedDate(value);
      case TIMESTAMP -> TimeValues.timestamp(value);
      case TIMESTAMPTZ -> TimeValues.moment(value);
      case NUMERIC -> NumericValues.number(value);
    };
  }

  /**
   * A bound value that becomes the column's: integers become text where the column is text, and
   * fractions are rounded where it holds integers, those of numeric away from zero, others to even.
   */
  static Reading stored(@Nullable Object value, Optional<KeyType> type) {
    if (value != null && type.isPresent() && type.get() == KeyType.TEXT) {
      boolean integer =
          value instanceof Long
              || value instanceof Integer
              || value instanceof Short
              || value instanceof BigInteger;
      if (integer || value instanceof UUID) {
        return Reading.of(Key.of(value.toString()));
      }
    }
    if (value != null && type.isPresent() && type.get() == KeyType.INTEGER) {
      return storedNumber(value);
    }
    if (value != null && type.isPresent() && type.get() == KeyType.DATE) {
      return TimeValues.storedDate(value);
    }
    Reading compared = compared(value, type);
    return value != null && compared.never() ? Reading.UNKNOWN : compared;
  }

  private static Reading storedNumber(Object value) {
    if (value instanceof BigDecimal decimal) {
      return rounded(decimal);
    }
    boolean real = value instanceof Double || value instanceof Float;
    Reading stored =
        compared(real ? (Object) Math.rint(((Number) value).doubleValue()) : value, OF_INTEGER);
    return stored.never() ? Reading.UNKNOWN : stored;
  }

  /**
   * Whether a value, or all of an array, is of a type in which keys that differ never are equal.
   */
  static boolean isExact(@Nullable Object value) {
    if (value == null
        || value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte
        || value instanceof BigInteger
        || value instanceof BigDecimal
        || value instanceof String
        || value instanceof Character
        || value instanceof UUID
        || value instanceof LocalDate
        || value instanceof LocalDateTime
        || value instanceof OffsetDateTime
        || value instanceof SentMoment) {
      return true;
    }
    List<@Nullable Object> elements = Arrays.elements(value);
    return elements != null && elements.stream().allMatch(KeyValues::isExact);
  }

  /** A literal of the statement's text. */
  static Reading literal(LiteralKind kind, String value, Optional<KeyType> type) {
    return switch (kind) {
      case NULL -> Reading.NEVER;
      case STRING -> compared(value, type);
      case INTEGER, DECIMAL -> {
        if (type.isPresent() && type.get() == KeyType.NUMERIC) {
          yield NumericValues.text(value);
        }
        if (type.isPresent() && type.get() != KeyType.INTEGER) {
          yield Reading.UNKNOWN;
        }
        Object number = kind == LiteralKind.INTEGER ? integer(value) : decimal(value);
        yield number == null ? Reading.UNKNOWN : number(number);
      }
      default -> Reading.UNKNOWN;
    };
  }

  /** What a number with a fraction becomes in an integer column: it is rounded away from zero. */
  static Reading rounded(String text) {
    BigDecimal number = decimal(text);
    return number == null ? Reading.UNKNOWN : rounded(number);
  }

  private static Reading rounded(BigDecimal number) {
    if (Math.abs((long) number.scale()) > 1_000) {
      return Reading.UNKNOWN;
    }
    Reading rounded = number(number.setScale(0, RoundingMode.HALF_UP).toBigIntegerExact());
    return rounded.never() ? Reading.UNKNOWN : rounded;
  }

  /** The number that an integer literal is, or null where it is in a form of later servers. */
  static @Nullable BigInteger integer(String text) {
    String digits = text.startsWith("-") ? text.substring(1) : text;
    boolean plain = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return plain ? new BigInteger(text) : null;
  }

  private static @Nullable BigDecimal decimal(String text) {
    if (text.length() > 64) {
      return null;
    }
    try {
      return new BigDecimal(text.replace("_", ""));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Reading inferred(Object value) {
    if (value instanceof String text) {
      return Reading.of(Key.of(text));
    }
    return value instanceof UUID uuid ? Reading.of(Key.of(uuid)) : number(value);
  }

  private static Reading number(Object value) {
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return Reading.of(Key.of(((Number) value).longValue()));
    }
    if (value instanceof BigInteger big) {
      return big.bitLength() < Long.SIZE ? Reading.of(Key.of(big.longValue())) : Reading.NEVER;
    }
    if (value instanceof BigDecimal decimal) {
      return decimalNumber(decimal);
    }
    if (value instanceof Double || value instanceof Float) {
      double real = ((Number) value).doubleValue();
      if (Math.abs(real) >= EXACT_IN_DOUBLE || Double.isNaN(real)) {
        return Reading.UNKNOWN;
      }
      return real == Math.rint(real) ? Reading.of(Key.of((long) real)) : Reading.NEVER;
    }
    return Reading.UNKNOWN;
  }

  private static Reading decimalNumber(BigDecimal decimal) {
    if (Math.abs((long) decimal.scale()) > 1_000) {
      return Reading.UNKNOWN;
    }
    try {
      return number(decimal.toBigIntegerExact());
    } catch (ArithmeticException fraction) {
      return Reading.NEVER;
    }
  }

  private static Reading integerText(String text) {
    if (isPlainNumber(text)) {
      return Reading.of(Key.of(Long.parseLong(text)));
    }
    if (!INTEGER.matcher(text).matches()) {
      return Reading.UNKNOWN;
    }
    BigInteger number = new BigInteger(text.strip());
    return number.bitLength() < Long.SIZE
        ? Reading.of(Key.of(number.longValue()))
        : Reading.UNKNOWN;
  }

  /** Whether it is written as most integers are: at most 18 digits, perhaps behind a minus. */
  private static boolean isPlainNumber(String text) {
    int length = text.length();
    int start = length > 0 && text.charAt(0) == '-' ? 1 : 0;
    for (int i = start; i < length; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return length > start && length - start <= 18;
  }

  private static Reading text(Object value) {
    if (value instanceof String || value instanceof Character) {
      return Reading.of(Key.of(value.toString()));
    }
    return Reading.UNKNOWN;
  }

  private static Reading uuid(Object value) {
    if (value instanceof UUID uuid) {
      return Reading.of(Key.of(uuid));
    }
    if (value instanceof String text && UUID_TEXT.matcher(text).matches()) {
      String digits = text.replaceAll("[-{}]", "");
      return Reading.of(
          Key.of(
              new UUID(
                  Long.parseUnsignedLong(digits.substring(0, 16), 16),
                  Long.parseUnsignedLong(digits.substring(16), 16))));
    }
    return Reading.UNKNOWN;
  }
}
