package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.Key;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * Turns single Java values and texts into keys of decimal numbers.
 *
 * <p>Floating point is not read: the server compares with it as {@code float8}, and keeps its first
 * digits where it stores it.
 */
final class NumericValues {

  /** As servers of every release take a number: without underscores, and of base ten. */
  private static final Pattern TEXT =
      Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?");

  private static final int LONGEST_TEXT = 128;
  private static final int MOST_DIGITS = 1_000;

  private NumericValues() {}

  static Reading number(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal(decimal);
    }
    if (value instanceof BigInteger integer) {
      return decimal(new BigDecimal(integer));
    }
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return decimal(BigDecimal.valueOf(((Number) value).longValue()));
    }
    return value instanceof String text ? text(text) : Reading.UNKNOWN;
  }

  /** What a server makes of a text: blanks around the number are left out. */
  static Reading text(String text) {
    String number = text.strip();
    boolean plain =
        number.length() <= LONGEST_TEXT
            && TEXT.matcher(number).matches()
            && text.chars().allMatch(c -> c > ' ' || c == ' ' || (c >= '\t' && c <= '\r'));
    return plain ? decimal(new BigDecimal(number)) : Reading.UNKNOWN;
  }

  private static Reading decimal(BigDecimal number) {
    return Math.abs((long) number.scale()) > MOST_DIGITS || number.precision() > MOST_DIGITS
        ? Reading.UNKNOWN
        : Reading.of(Key.of(number));
  }
}
