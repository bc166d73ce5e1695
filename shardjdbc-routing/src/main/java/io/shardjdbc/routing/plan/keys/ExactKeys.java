package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value as a key that a row of the table can have.
 *
 * <p>What a column would round, cut or not take is no key: nothing of it is guessed.
 */
public final class ExactKeys {

  private ExactKeys() {}

  /**
   * The key that a value is; null where it is none, or only a server can tell.
   *
   * @param type what the column's type is as a key; where nobody knows it, the value's own counts
   * @param column what the catalogue knows of the column
   */
  public static @Nullable Key read(
      Object value, Optional<KeyType> type, Optional<ColumnShape> column) {
    Key key = KeyValues.compared(value, type).key();
    return key != null && fits(key, column) ? key : null;
  }

  private static boolean fits(Key key, Optional<ColumnShape> column) {
    if (key instanceof Key.OfLong number) {
      return column.isEmpty() || inRange(number.value(), column.get().type());
    }
    if (!(key instanceof Key.OfText) && column.isPresent()) {
      return Storing.keeps(key, column.get().sqlType());
    }
    return !(key instanceof Key.OfText text)
        || (isText(text.value())
            && (column.isEmpty() || Storing.isStoredWhole(text.value(), column.get().sqlType())));
  }

  private static boolean inRange(long number, String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "smallint", "int2" -> number == (short) number;
      case "integer", "int", "int4" -> number == (int) number;
      default -> true;
    };
  }

  /** Whether a server has such a text: it has no NUL, nor half a character. */
  private static boolean isText(String text) {
    return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
