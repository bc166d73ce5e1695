package io.shardjdbc.jdbc;

import io.shardjdbc.routing.route.SentMoment;
import io.shardjdbc.wrap.Binding;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;

/**
 * Dates and timestamps of {@code java.sql}, bound without a calendar: what the driver makes of
 * them, so that routing can go by it.
 *
 * <p>The driver writes them in the JVM's time zone, with the zone's offset, as a text without a
 * type. Before 1900 zones had offsets in seconds, and calendars differ; such values only the server
 * reads.
 */
final class SentTimes {

  private static final int FIRST_YEAR = 1900;
  private static final int LAST_YEAR = 9999;

  private SentTimes() {}

  static Binding of(Timestamp time) {
    return new SentTimestamp(time);
  }

  static Binding of(Date date) {
    return new SentDate(date);
  }

  /**
   * The driver rounds to microseconds, and has forms of its own for its own classes.
   *
   * @param local what is written of the moment
   */
  private static Object sent(
      Object value, LocalDateTime local, ZonedDateTime moment, boolean plain) {
    boolean known =
        plain
            && local.getYear() >= FIRST_YEAR
            && local.getYear() <= LAST_YEAR
            && local.get(ChronoField.NANO_OF_SECOND) % 1000 == 0;
    return known ? new SentMoment(local, moment.getOffset()) : value;
  }

  private record SentTimestamp(Timestamp time) implements Binding {
    @Override
    public Object value() {
      ZonedDateTime there = time.toInstant().atZone(ZoneId.systemDefault());
      return sent(time, there.toLocalDateTime(), there, time.getClass() == Timestamp.class);
    }

    @Override
    public void bind(PreparedStatement target, int index) throws SQLException {
      target.setTimestamp(index, time);
    }

    @Override
    public String toString() {
      return "SetTimestamp";
    }
  }

  private record SentDate(Date date) implements Binding {
    @Override
    public Object value() {
      // A day may begin with another offset than it has at the date's own time, which is sent.
      ZonedDateTime there = Instant.ofEpochMilli(date.getTime()).atZone(ZoneId.systemDefault());
      LocalDateTime day = there.toLocalDate().atStartOfDay();
      return sent(date, day, there, date.getClass() == Date.class);
    }

    @Override
    public void bind(PreparedStatement target, int index) throws SQLException {
      target.setDate(index, date);
    }

    @Override
    public String toString() {
      return "SetDate";
    }
  }
}
