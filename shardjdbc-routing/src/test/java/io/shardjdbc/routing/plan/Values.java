package io.shardjdbc.routing.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the values of a golden file: {@code 42 'text' null 5.0 uuid:... [1 2 3]}. */
final class Values {

  private Values() {}

  static List<Object> parse(String text) {
    List<Object> values = new ArrayList<>();
    List<Object> array = null;
    String spaced = text.replace("[", " [ ").replace("]", " ] ").strip();
    for (String word : spaced.isEmpty() ? new String[0] : spaced.split("\\s+", -1)) {
      if (word.equals("[")) {
        array = new ArrayList<>();
      } else if (word.equals("]")) {
        values.add(array == null ? new Object[0] : array.toArray());
        array = null;
      } else if (array != null) {
        array.add(value(word));
      } else {
        values.add(value(word));
      }
    }
    return values;
  }

  private static @Nullable Object value(String word) {
    if (word.equals("null")) {
      return null;
    }
    if (word.startsWith("'")) {
      return word.substring(1, word.length() - 1);
    }
    if (word.startsWith("uuid:")) {
      return UUID.fromString(word.substring("uuid:".length()));
    }
    return word.contains(".") ? (Object) new BigDecimal(word) : (Object) Long.valueOf(word);
  }
}
