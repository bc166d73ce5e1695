package io.shardjdbc.routing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Positions that keep the order of keys, in Java and in SQL of immutable functions only: a
 * publication's row filter takes no others.
 *
 * <p>A text or a uuid has more bytes than a position. Those with the same first bytes share one,
 * and move together.
 */
final class OrderedPositions {
  private static final LocalDate DAY = LocalDate.of(2000, 1, 1);
  private static final LocalDateTime MIDNIGHT = DAY.atStartOfDay();
  private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private OrderedPositions() {}

  static boolean areExact(KeyType type) {
    return type == KeyType.INTEGER || type.isOfTime();
  }

  static long of(KeyType type, Key key) {
    if (type == KeyType.INTEGER && key instanceof Key.OfLong integer) {
      return integer.value();
    }
    if (type == KeyType.TEXT && key instanceof Key.OfText text) {
      return firstBytes(text.value());
    }
    if (type == KeyType.UUID && key instanceof Key.OfUuid uuid) {
      return uuid.value().getMostSignificantBits() ^ Long.MIN_VALUE;
    }
    if (type == KeyType.DATE && key instanceof Key.OfDate date) {
      return DAY.until(date.value(), ChronoUnit.DAYS);
    }
    if (type == KeyType.TIMESTAMP && key instanceof Key.OfTimestamp timestamp) {
      return MIDNIGHT.until(timestamp.value(), ChronoUnit.MICROS);
    }
    if (type == KeyType.TIMESTAMPTZ && key instanceof Key.OfInstant instant) {
      return MIDNIGHT.toInstant(ZoneOffset.UTC).until(instant.value(), ChronoUnit.MICROS);
    }
    if (type == KeyType.NUMERIC && key instanceof Key.OfNumeric number) {
      BigDecimal floor = number.value().setScale(0, RoundingMode.FLOOR);
      return floor.max(LEAST).min(MOST).longValueExact();
    }
    throw new RoutingException(
        ErrorCode.BAD_PLACEMENT,
        "ranges of " + type.sqlName() + " do not place keys of other types");
  }

  /** As an unsigned number, where no byte is less than any. */
  private static long firstBytes(String text) {
    byte[] bytes = text.substring(0, Math.min(8, text.length())).getBytes(StandardCharsets.UTF_8);
    long first = 0;
    for (int i = 0; i < 8; i++) {
      first = first << 8 | (i < bytes.length ? bytes[i] & 0xFF : 0);
    }
    return first ^ Long.MIN_VALUE;
  }

  /** The least of the keys at a position; false where it is another one than this. */
  static boolean isFirst(KeyType type, Key key) {
    if (key instanceof Key.OfText text) {
      return text.value().getBytes(StandardCharsets.UTF_8).length <= 8;
    }
    if (key instanceof Key.OfUuid uuid) {
      return uuid.value().getLeastSignificantBits() == 0;
    }
    return !(key instanceof Key.OfNumeric number)
        || number.value().compareTo(BigDecimal.valueOf(of(type, key))) == 0;
  }

  static String sql(KeyType type, String column) {
    String position =
        switch (type) {
          case INTEGER -> column;
          case TEXT ->
              firstEight(
                  "(decode(replace(left(%s, 8), chr(92), repeat(chr(92), 2)), 'escape') || decode('0000000000000000', 'hex'))"
                      .formatted(column));
          case UUID -> firstEight("uuid_send(" + column + ")");
          case DATE -> column + " - '2000-01-01'::date";
          case TIMESTAMP -> microseconds(column + " - '2000-01-01'::timestamp");
          case TIMESTAMPTZ -> microseconds(column + " - '2000-01-01 00:00:00+00'::timestamptz");
          case NUMERIC ->
              "int8(floor(least(greatest(%s, %d), %d)))"
                  .formatted(column, Long.MIN_VALUE, Long.MAX_VALUE);
        };
    return "int8up(" + position + ")";
  }

  private static String microseconds(String interval) {
    return "int8(extract(epoch from " + interval + ") * 1000000)";
  }

  private static String firstEight(String bytes) {
    StringBuilder sum = new StringBuilder("((get_byte(" + bytes + ", 0) - 128)::int8 << 56)");
    for (int i = 1; i < 8; i++) {
      sum.append(" | (get_byte(%s, %d)::int8 << %d)".formatted(bytes, i, 56 - 8 * i));
    }
    return sum.toString();
  }

  static String first(KeyType type, String column) {
    return switch (type) {
      case INTEGER, DATE, TIMESTAMP, TIMESTAMPTZ -> "true";
      case TEXT -> "octet_length(" + column + ") <= 8";
      case UUID ->
          "substring(uuid_send(" + column + ") from 9) = decode('0000000000000000', 'hex')";
      case NUMERIC -> column + " = " + sql(type, column);
    };
  }
}
