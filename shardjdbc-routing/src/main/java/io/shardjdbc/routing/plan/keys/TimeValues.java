package io.shardjdbc.routing.plan.keys;

import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.route.SentMoment;
import io.shardjdbc.routing.time.IsoTexts;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import org.jspecify.annotations.Nullable;

/**
 * Turns single Java values and texts into keys of dates and times.
 *
 * <p>Read is what means the same under every {@code TimeZone} and {@code DateStyle}. A value that
 * the server would convert by the session's zone, a text in another form than ISO's, a moment
 * between two microseconds: what that is as a key only the server can tell.
 */
final class TimeValues {

  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private TimeValues() {}

  /** A date that is compared with a column of dates: a time equals it at midnight alone. */
  static Reading comparedDate(Object value) {
    if (!(value instanceof LocalDateTime time)) {
      return storedDate(value);
    }
    return time.toLocalTime().equals(LocalTime.MIDNIGHT) || !isKey(time)
        ? storedDate(value)
        : Reading.NEVER;
  }

  /** What becomes a date: of a time the day. */
  static Reading storedDate(Object value) {
    if (value instanceof LocalDate date) {
      return date(date);
    }
    LocalDateTime time = local(value);
    return time != null && isKey(time) ? date(time.toLocalDate()) : Reading.UNKNOWN;
  }

  static Reading timestamp(Object value) {
    LocalDateTime time = value instanceof LocalDate date ? date.atStartOfDay() : local(value);
    return time != null && isKey(time) ? Reading.of(Key.of(time)) : Reading.UNKNOWN;
  }

  static Reading moment(Object value) {
    Instant moment = instant(value);
    return moment != null && isKey(LocalDateTime.ofInstant(moment, ZoneOffset.UTC))
        ? Reading.of(Key.of(moment))
        : Reading.UNKNOWN;
  }

  private static @Nullable LocalDateTime local(Object value) {
    if (value instanceof LocalDateTime time) {
      return time;
    }
    if (value instanceof SentMoment sent) {
      return sent.local();
    }
    return value instanceof String text ? IsoTexts.timestamp(text) : null;
  }

  private static @Nullable Instant instant(Object value) {
    if (value instanceof OffsetDateTime time) {
      // Those at the ends are infinite to the driver.
      boolean infinite = time.equals(OffsetDateTime.MAX) || time.equals(OffsetDateTime.MIN);
      return infinite ? null : time.toInstant();
    }
    if (value instanceof Instant moment) {
      boolean far = moment.isBefore(FIRST) || moment.isAfter(LAST);
      return far ? null : moment;
    }
    if (value instanceof SentMoment sent) {
      return sent.local().toInstant(sent.offset());
    }
    return value instanceof String text ? IsoTexts.instant(text) : null;
  }

  private static Reading date(LocalDate date) {
    return date.getYear() < 1 || date.getYear() > 9999 ? Reading.UNKNOWN : Reading.of(Key.of(date));
  }

  /** The server has years before and after those, which are no keys, and no parts of a micro. */
  private static boolean isKey(LocalDateTime time) {
    return time.getYear() >= 1
        && time.getYear() <= 9999
        && time.get(ChronoField.NANO_OF_SECOND) % 1000 == 0;
  }
}
