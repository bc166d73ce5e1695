package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import java.math.BigDecimal;
import java.time.temporal.ChronoField;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a column keeps a key as it is when it is stored: {@code varchar(n)} cuts blanks,
 * {@code numeric(p,s)} and {@code timestamp(p)} round, and a domain may do either under a name that
 * does not say so.
 */
public final class Storing {

  private static final Pattern TIME =
      Pattern.compile("(?:timestamp|timestamptz)(?:\\(([0-6])\\))?(?: with(?:out)? time zone)?");

  private static final Pattern NUMERIC =
      Pattern.compile("(?:numeric|decimal)(?:\\(([0-9]{1,4})(?:,(-?[0-9]{1,4}))?\\))?");

  private static final Pattern BOUNDED =
      Pattern.compile("(?:character varying|varchar)\\(([0-9]{1,9})\\)");

  private Storing() {}

  /**
   * Whether the column keeps it.
   *
   * @param sqlType the column's type in full; null where nobody knows it
   */
  public static boolean keeps(Key key, @Nullable String sqlType) {
    if (key instanceof Key.OfText text) {
      return !text.value().endsWith(" ")
          || (sqlType != null && isStoredWhole(text.value(), sqlType));
    } else if (key instanceof Key.OfTimestamp time) {
      return keepsFraction(time.value().get(ChronoField.NANO_OF_SECOND), sqlType);
    } else if (key instanceof Key.OfInstant moment) {
      return keepsFraction(moment.value().get(ChronoField.NANO_OF_SECOND), sqlType);
    }
    return !(key instanceof Key.OfNumeric number) || keepsDigits(number.value(), sqlType);
  }

  /**
   * Whether a column keeps whatever another one of the same type of keys holds.
   *
   * @param from the other one's type in full
   * @param to its own
   */
  public static boolean keepsAll(String from, String to, Optional<KeyType> type) {
    if (type.isEmpty() || from.equals(to)) {
      return from.equals(to);
    }
    return switch (type.get()) {
      case INTEGER, UUID, DATE -> true;
      case TEXT -> !ColumnShape.mayCutBlanks(to) || isShorter(from, to);
      case TIMESTAMP, TIMESTAMPTZ -> {
        Matcher time = TIME.matcher(to);
        yield time.matches() && (time.group(1) == null || time.group(1).equals("6"));
      }
      case NUMERIC -> to.equals("numeric");
    };
  }

  private static boolean isShorter(String from, String to) {
    Matcher given = BOUNDED.matcher(from);
    Matcher taken = BOUNDED.matcher(to);
    return given.matches()
        && taken.matches()
        && Integer.parseInt(given.group(1)) <= Integer.parseInt(taken.group(1));
  }

  /** Whether a column keeps all of a text: a bounded one cuts blanks, and a domain may be one. */
  static boolean isStoredWhole(String text, String sqlType) {
    Matcher bounded = BOUNDED.matcher(sqlType);
    if (bounded.matches()) {
      return text.codePointCount(0, text.length()) <= Integer.parseInt(bounded.group(1));
    }
    return !text.endsWith(" ") || !ColumnShape.mayCutBlanks(sqlType);
  }

  private static boolean keepsFraction(int nanos, @Nullable String sqlType) {
    if (nanos == 0) {
      return true;
    }
    Matcher type = TIME.matcher(sqlType == null ? "" : sqlType);
    if (!type.matches()) {
      return false;
    }
    int step = 1_000;
    for (int digits = type.group(1) == null ? 6 : Integer.parseInt(type.group(1));
        digits < 6;
        digits++) {
      step *= 10;
    }
    return nanos % step == 0;
  }

  private static boolean keepsDigits(BigDecimal number, @Nullable String sqlType) {
    Matcher type = NUMERIC.matcher(sqlType == null ? "" : sqlType);
    if (!type.matches()) {
      return false;
    }
    int scale = type.group(2) == null ? 0 : Integer.parseInt(type.group(2));
    return type.group(1) == null || number.scale() <= scale;
  }
}
