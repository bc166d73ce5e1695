package io.shardjdbc.merge;

import java.time.LocalDate;

/**
 * Dates and times as the server prints them in ISO style, read into the numbers that it sorts by:
 * days and microseconds from the start of the year 2000, as in its binary format.
 *
 * <p>The driver sets {@code DateStyle} to ISO on each connection and refuses to work with another.
 */
final class TimeTexts {

  private static final long EPOCH_DAY = LocalDate.of(2000, 1, 1).toEpochDay();
  private static final long MICROS_A_SECOND = 1_000_000;
  private static final long MICROS_A_DAY = 86_400 * MICROS_A_SECOND;

  private TimeTexts() {}

  /**
   * A time of day with its zone.
   *
   * @param zone seconds west of UTC
   */
  record ZonedTime(long micros, int zone) implements Comparable<ZonedTime> {
    @Override
    public int compareTo(ZonedTime other) {
      int byMoment = Long.compare(moment(), other.moment());
      return byMoment != 0 ? byMoment : Integer.compare(zone, other.zone);
    }

    private long moment() {
      return micros + zone * MICROS_A_SECOND;
    }
  }

  /** {@code 2026-11-22}, {@code 0044-03-15 BC}, {@code infinity}. */
  static long date(String text) {
    if (text.endsWith("infinity")) {
      return text.startsWith("-") ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }
    boolean beforeChrist = text.endsWith(" BC");
    int day = text.indexOf(' ') < 0 ? text.length() : text.indexOf(' ');
    return days(text.substring(0, day), beforeChrist);
  }

  private static long days(String text, boolean beforeChrist) {
    int length = text.length();
    int year = Integer.parseInt(text, 0, length - 6, 10);
    int month = Integer.parseInt(text, length - 5, length - 3, 10);
    int day = Integer.parseInt(text, length - 2, length, 10);
    return LocalDate.of(beforeChrist ? 1 - year : year, month, day).toEpochDay() - EPOCH_DAY;
  }

  /** {@code 23:59:59.999999}, and {@code 24:00:00} too. */
  static long time(String text) {
    long seconds =
        Integer.parseInt(text, 0, 2, 10) * 3600L
            + Integer.parseInt(text, 3, 5, 10) * 60L
            + Integer.parseInt(text, 6, 8, 10);
    long micros = 0;
    if (text.length() > 9) {
      String digits = (text.substring(9) + "000000").substring(0, 6);
      micros = Integer.parseInt(digits);
    }
    return seconds * MICROS_A_SECOND + micros;
  }

  /** {@code 23:59:59.5+02:30}. */
  static ZonedTime zonedTime(String text) {
    int sign = zoneSign(text, 0);
    return new ZonedTime(time(text.substring(0, sign)), -zoneSeconds(text.substring(sign)));
  }

  /** {@code 2026-11-22 07:20:00.25}, with {@code +01} behind it or not, and {@code BC} or not. */
  static long timestamp(String text) {
    if (text.endsWith("infinity")) {
      return text.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    boolean beforeChrist = text.endsWith(" BC");
    String plain = beforeChrist ? text.substring(0, text.length() - 3) : text;
    int space = plain.indexOf(' ');
    int sign = zoneSign(plain, space);
    long zone = sign < plain.length() ? zoneSeconds(plain.substring(sign)) : 0;
    return days(plain.substring(0, space), beforeChrist) * MICROS_A_DAY
        + time(plain.substring(space + 1, sign))
        - zone * MICROS_A_SECOND;
  }

  private static int zoneSign(String text, int from) {
    for (int i = from + 1; i < text.length(); i++) {
      if (text.charAt(i) == '+' || text.charAt(i) == '-') {
        return i;
      }
    }
    return text.length();
  }

  /** Seconds east of UTC. */
  private static int zoneSeconds(String zone) {
    String[] parts = zone.substring(1).split(":", -1);
    int seconds = 0;
    int unit = 3600;
    for (String part : parts) {
      seconds += Integer.parseInt(part) * unit;
      unit /= 60;
    }
    return zone.charAt(0) == '-' ? -seconds : seconds;
  }
}
