package io.shardjdbc.routing.plan.keys;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes array values apart. */
final class Arrays {

  private Arrays() {}

  /** The elements of a Java array or collection, or null where it is neither or is nested. */
  static @Nullable List<@Nullable Object> elements(Object value) {
    List<@Nullable Object> elements = new ArrayList<>();
    if (value instanceof Collection<?> collection) {
      elements.addAll(collection);
    } else if (value.getClass().isArray()) {
      int length = Array.getLength(value);
      for (int i = 0; i < length; i++) {
        elements.add(Array.get(value, i));
      }
    } else {
      return value instanceof String text ? parse(text) : null;
    }
    boolean nested = elements.stream().anyMatch(e -> e != null && e.getClass().isArray());
    return nested ? null : elements;
  }

  /**
   * The elements of an array in PostgreSQL's text form, or null where it is not a plain list:
   * quoted elements, nested arrays and bounds are left to the server.
   */
  static @Nullable List<@Nullable Object> parse(String text) {
    String trimmed = trim(text);
    if (trimmed.length() < 2 || !trimmed.startsWith("{") || !trimmed.endsWith("}")) {
      return null;
    }
    String inner = trimmed.substring(1, trimmed.length() - 1);
    if (inner.chars().anyMatch(c -> "{}\"\\".indexOf(c) >= 0)) {
      return null;
    }
    List<@Nullable Object> elements = new ArrayList<>();
    if (!trim(inner).isEmpty()) {
      for (String item : inner.split(",", -1)) {
        String element = trim(item);
        elements.add(element.equalsIgnoreCase("null") ? null : element);
      }
    }
    return elements;
  }

  /** Without what the server takes for white space here. */
  private static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
