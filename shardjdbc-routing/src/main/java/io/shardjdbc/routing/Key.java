package io.shardjdbc.routing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The value of a table's shard key in one row, as the column's type sees it.
 *
 * <p>Keys are compared as PostgreSQL compares the column, not as Java compares the bound objects:
 * {@code setShort(7)}, {@code setLong(7)} and {@code '7'::bigint} are the same {@link OfLong}. A
 * key is a caller's value, so no {@code toString} shows it; {@link #text} does, on purpose.
 *
 * <p>Immutable. A key is never null and holds no null: a row without its key belongs nowhere.
 */
public sealed interface Key
    permits Key.OfLong,
        Key.OfText,
        Key.OfUuid,
        Key.OfDate,
        Key.OfTimestamp,
        Key.OfInstant,
        Key.OfNumeric,
        Key.OfColumns {

  /** A key of an integer column: {@code smallint}, {@code integer} or {@code bigint}. */
  static Key of(long value) {
    return new OfLong(value);
  }

  /** A key of a {@code text} or {@code varchar} column. */
  static Key of(String value) {
    return new OfText(value);
  }

  /** A key of a {@code uuid} column. */
  static Key of(UUID value) {
    return new OfUuid(value);
  }

  /** A key of a {@code date} column. */
  static Key of(LocalDate value) {
    return new OfDate(value);
  }

  /** A key of a {@code timestamp} column, which has no time zone. */
  static Key of(LocalDateTime value) {
    return new OfTimestamp(value);
  }

  /** A key of a {@code timestamptz} column. */
  static Key of(Instant value) {
    return new OfInstant(value);
  }

  /** A key of a {@code numeric} column. */
  static Key of(BigDecimal value) {
    return new OfNumeric(value);
  }

  /** A composite key of these columns, in the order of their declaration; one column is itself. */
  static Key ofColumns(List<Key> columns) {
    return columns.size() == 1 ? columns.get(0) : new OfColumns(columns);
  }

  /**
   * The value as text: decimal digits without zeros that say nothing, the text itself, a uuid in
   * lower case with hyphens, dates and times as ISO 8601 has them ({@code 2024-01-31}, {@code
   * 2024-01-31T10:00}, {@code 2024-01-31T09:00:00Z}), or the columns of a composite key joined by
   * {@code ':'}. It is a caller's value: never log it.
   */
  String text();

  /** An integer. */
  record OfLong(long value) implements Key {
    @Override
    public String text() {
      return Long.toString(value);
    }

    @Override
    public String toString() {
      return "Key[integer]";
    }
  }

  /** A text, compared byte by byte as under every deterministic collation. */
  record OfText(String value) implements Key {
    @Override
    public String text() {
      return value;
    }

    @Override
    public String toString() {
      return "Key[text]";
    }
  }

  /** A uuid. */
  record OfUuid(UUID value) implements Key {
    @Override
    public String text() {
      return value.toString();
    }

    @Override
    public String toString() {
      return "Key[uuid]";
    }
  }

  /** A date, of the years 1 to 9999. */
  record OfDate(LocalDate value) implements Key {
    public OfDate {
      requireYear(value.getYear());
    }

    @Override
    public String text() {
      return value.toString();
    }

    @Override
    public String toString() {
      return "Key[date]";
    }
  }

  /** A date and a time of day without a zone, in microseconds, of the years 1 to 9999. */
  record OfTimestamp(LocalDateTime value) implements Key {
    public OfTimestamp {
      requireYear(value.getYear());
      requireMicroseconds(value.get(ChronoField.NANO_OF_SECOND));
    }

    @Override
    public String text() {
      return value.toString();
    }

    @Override
    public String toString() {
      return "Key[timestamp]";
    }
  }

  /** A moment, in microseconds, of the years 1 to 9999 in UTC. */
  record OfInstant(Instant value) implements Key {
    public OfInstant {
      requireYear(value.atOffset(ZoneOffset.UTC).getYear());
      requireMicroseconds(value.get(ChronoField.NANO_OF_SECOND));
    }

    @Override
    public String text() {
      return value.toString();
    }

    @Override
    public String toString() {
      return "Key[timestamptz]";
    }
  }

  /**
   * A decimal number; no matter with how many zeros it was written, 5.10 is 5.1.
   *
   * @param value without zeros at its end
   */
  record OfNumeric(BigDecimal value) implements Key {
    public OfNumeric {
      value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    @Override
    public String text() {
      return value.toPlainString();
    }

    @Override
    public String toString() {
      return "Key[numeric]";
    }
  }

  private static void requireYear(int year) {
    if (year < 1 || year > 9999) {
      throw new IllegalArgumentException("a date beyond the years 1 to 9999 is no key");
    }
  }

  private static void requireMicroseconds(int nanos) {
    if (nanos % 1000 != 0) {
      throw new IllegalArgumentException("a time with parts of a microsecond is no key");
    }
  }

  /**
   * Several columns that are one key together.
   *
   * <p>Placements that hash see its {@link #text}, whatever the columns' types. Two different keys
   * may have the same text ({@code ('a:b', 'c')} and {@code ('a', 'b:c')}): they share a shard and
   * are still different keys.
   *
   * @param columns two or more single keys
   */
  record OfColumns(List<Key> columns) implements Key {
    public OfColumns {
      columns = List.copyOf(columns);
      if (columns.size() < 2 || columns.stream().anyMatch(OfColumns.class::isInstance)) {
        throw new IllegalArgumentException("a composite key has two or more single columns");
      }
    }

    @Override
    public String text() {
      return columns.stream().map(Key::text).collect(Collectors.joining(":"));
    }

    @Override
    public String toString() {
      return "Key" + columns.stream().map(Key::toString).map(s -> s.substring(3)).toList();
    }
  }
}
