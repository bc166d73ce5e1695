package io.shardjdbc.routing.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads dates and times in the one form that says all of itself: {@code 2024-01-31
 * 10:00:00.25+01:30}, with a year of four digits.
 *
 * <p>PostgreSQL reads a date whose year comes first, with four digits, in that order under every
 * {@code DateStyle}; an offset in digits means the same under every {@code TimeZone}. All other
 * spellings ({@code 31.1.2024}, {@code now}, {@code Jan 31}, {@code 10:00 CET}) depend on settings
 * or on the clock, and are not read here; nor are years before 1 and after 9999.
 */
public final class IsoTexts {

  private static final Pattern DATE = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})");

  private static final Pattern TIME =
      Pattern.compile(
          DATE.pattern()
              + "[ T](\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,6}))?)?"
              + "(Z|[+-]\\d{2}(?::?\\d{2}(?::\\d{2})?)?)?");

  private IsoTexts() {}

  /** A date; null where the text is none in that form. */
  public static @Nullable LocalDate date(String text) {
    Matcher date = DATE.matcher(text);
    return date.matches() ? date(date) : null;
  }

  /**
   * A date and a time of day; null where the text is none in that form. An offset is ignored, as
   * the server ignores it for a {@code timestamp}.
   */
  public static @Nullable LocalDateTime timestamp(String text) {
    LocalDate midnight = date(text);
    if (midnight != null) {
      return midnight.atStartOfDay();
    }
    Matcher time = TIME.matcher(text);
    return time.matches() ? timestamp(time) : null;
  }

  /** A moment, which has an offset; null where the text is none in that form. */
  public static @Nullable Instant instant(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches() || time.group(8) == null) {
      return null;
    }
    LocalDateTime local = timestamp(time);
    ZoneOffset offset = offset(time.group(8));
    return local == null || offset == null ? null : local.toInstant(offset);
  }

  private static @Nullable LocalDate date(Matcher in) {
    try {
      LocalDate date = LocalDate.of(number(in, 1), number(in, 2), number(in, 3));
      return date.getYear() < 1 ? null : date;
    } catch (DateTimeException e) {
      return null; // the server says what is wrong with it
    }
  }

  private static @Nullable LocalDateTime timestamp(Matcher in) {
    LocalDate date = date(in);
    if (date == null) {
      return null;
    }
    String fraction = in.group(7) == null ? "" : in.group(7);
    int nanos = Integer.parseInt((fraction + "000000000").substring(0, 9));
    try {
      int second = in.group(6) == null ? 0 : number(in, 6);
      return date.atTime(LocalTime.of(number(in, 4), number(in, 5), second, nanos));
    } catch (DateTimeException e) {
      return null; // 24:00:00 and :60 are other times than they say
    }
  }

  private static @Nullable ZoneOffset offset(String text) {
    try {
      return ZoneOffset.of(text);
    } catch (DateTimeException e) {
      return null; // beyond 18 hours, or in a form that is not one
    }
  }

  private static int number(Matcher in, int group) {
    return Integer.parseInt(in.group(group));
  }
}
