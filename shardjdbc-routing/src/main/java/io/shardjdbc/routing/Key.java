package io.shardjdbc.routing;

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
public sealed interface Key permits Key.OfLong, Key.OfText, Key.OfUuid, Key.OfColumns {

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

  /** A composite key of these columns, in the order of their declaration; one column is itself. */
  static Key ofColumns(List<Key> columns) {
    return columns.size() == 1 ? columns.get(0) : new OfColumns(columns);
  }

  /**
   * The value as text: decimal digits, the text itself, a uuid in lower case with hyphens, or the
   * columns of a composite key joined by {@code ':'}. It is a caller's value: never log it.
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
