package io.shardjdbc.jdbc;

import io.shardjdbc.wrap.Binding.Unread;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a bound array as the server will have them.
 *
 * <p>The driver writes the elements as text, whatever their classes, and the server reads them as
 * the array's type. So does this: the elements of an {@code int8[]} are integers, and {@code 5.0}
 * is none. Types whose values equal others in ways of their own, as {@code char(n)} and floating
 * point do, are not read.
 */
final class ArrayElements {

  private static final Map<Class<?>, String> NAMES =
      Map.of(
          Long.class, "int8",
          Integer.class, "int4",
          Short.class, "int2",
          BigDecimal.class, "numeric",
          String.class, "varchar",
          UUID.class, "uuid");

  private static final int LONGEST_NUMBER = 64;

  private static final Pattern HYPHENATED =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private ArrayElements() {}

  /**
   * Elements of an array that {@code createArrayOf} makes.
   *
   * @param type what the caller calls the elements' type
   * @return a list, null for NULL, or {@link Unread}
   */
  static @Nullable Object of(String type, @Nullable Object elements) {
    if (elements == null) {
      return null;
    }
    if (!(elements instanceof Object[] objects)) {
      return Unread.VALUE;
    }
    List<@Nullable Object> read = new ArrayList<>(objects.length);
    for (Object element : objects) {
      read.add(element == null ? null : read(type.toLowerCase(Locale.ROOT), element));
    }
    return read.stream().anyMatch(Unread.VALUE::equals) ? Unread.VALUE : read;
  }

  /** Elements of a Java array that is bound without a type: the driver takes that of its class. */
  static @Nullable Object of(Object[] elements) {
    Class<?> type = elements.getClass().getComponentType();
    return NAMES.containsKey(type) ? of(NAMES.get(type), elements) : Unread.VALUE;
  }

  private static Object read(String type, Object element) {
    String text = text(element);
    if (text == null) {
      return Unread.VALUE;
    }
    try {
      return switch (type) {
        case "int2", "smallint" -> whole(text, Short.SIZE);
        case "int4", "int", "integer" -> whole(text, Integer.SIZE);
        case "int8", "bigint" -> whole(text, Long.SIZE);
        case "numeric", "decimal" ->
            text.length() > LONGEST_NUMBER ? Unread.VALUE : new BigDecimal(text);
        case "text", "varchar" -> isReal(element) ? Unread.VALUE : text;
        case "uuid" -> HYPHENATED.matcher(text).matches() ? UUID.fromString(text) : Unread.VALUE;
        default -> Unread.VALUE;
      };
    } catch (NumberFormatException e) {
      return Unread.VALUE;
    }
  }

  private static Object whole(String text, int bits) {
    if (text.length() > LONGEST_NUMBER) {
      return Unread.VALUE;
    }
    BigInteger number = new BigInteger(text);
    return number.bitLength() < bits ? (Object) number.longValue() : Unread.VALUE;
  }

  private static boolean isReal(Object element) {
    return element instanceof Double || element instanceof Float;
  }

  private static @Nullable String text(Object element) {
    boolean plain =
        element instanceof String
            || element instanceof Long
            || element instanceof Integer
            || element instanceof Short
            || element instanceof BigDecimal
            || element instanceof BigInteger
            || element instanceof Character
            || element instanceof UUID
            || isReal(element);
    return plain ? element.toString() : null;
  }
}
