package io.shardjdbc.routing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the position of a row follows from its shard key. */
public enum Positioning {
  /** By PostgreSQL's hash of the key. */
  HASH("postgres", null),

  /** The same, where keys are placed by name, and only those move that somebody names. */
  LISTED("listed", null),

  /** By the hash of the first column of several, and within its region by that of the others. */
  REGIONAL("regional", null),

  /** The key is an integer, and the position itself. */
  VALUE("value", KeyType.INTEGER),

  /** Texts by their first bytes. */
  TEXTS("text", KeyType.TEXT),

  /** The first half of a uuid. */
  UUIDS("uuid", KeyType.UUID),

  /** Days since 2000. */
  DATES("date", KeyType.DATE),

  /** Microseconds since 2000, on a clock without a zone. */
  TIMESTAMPS("timestamp", KeyType.TIMESTAMP),

  /** Microseconds since 2000. */
  MOMENTS("timestamptz", KeyType.TIMESTAMPTZ),

  /** The integer at or below a decimal number. */
  NUMBERS("numeric", KeyType.NUMERIC);

  private final String inMaps;
  private final @Nullable KeyType ordered;

  Positioning(String inMaps, @Nullable KeyType ordered) {
    this.inMaps = inMaps;
    this.ordered = ordered;
  }

  /** The one by which keys of a type lie in their order. */
  static Positioning ordering(KeyType type) {
    return Arrays.stream(values()).filter(by -> by.ordered == type).findFirst().orElseThrow();
  }

  /** The type of the keys whose order is that of their positions; empty for hashes. */
  public Optional<KeyType> ordered() {
    return Optional.ofNullable(ordered);
  }

  /** Whether greater keys have greater positions, or the same. */
  public boolean isOrdered() {
    return ordered != null;
  }

  /** Whether it is the hash that statements know of their keys. */
  public boolean isOfHash() {
    return this == HASH || this == LISTED;
  }

  /** Whether different keys have different positions. */
  public boolean isExact() {
    return ordered != null && OrderedPositions.areExact(ordered);
  }

  /** The position of a key. */
  public long of(Key key) {
    if (ordered != null) {
      return OrderedPositions.of(ordered, key);
    }
    return this == REGIONAL ? RegionalPositions.of(key) : KeyHash.postgres().of(key);
  }

  /**
   * The position in SQL: a call of a function of {@code pg_catalog}, without its schema.
   *
   * @param columns of the key, as they are written in SQL
   * @param types of each
   */
  public String sql(List<String> columns, List<KeyType> types) {
    if (ordered != null) {
      return OrderedPositions.sql(ordered, columns.get(0));
    }
    return this == REGIONAL
        ? RegionalPositions.sql(columns, types)
        : KeyType.hashOf(columns, types);
  }

  /**
   * The condition in SQL that no lesser key has the position of this one, so that a range of keys
   * may begin with it.
   *
   * @param column of the key, as it is written in SQL
   */
  public String first(String column) {
    return ordered == null ? "true" : OrderedPositions.first(ordered, column);
  }

  /** Its name in a map's text. */
  String inMaps() {
    return inMaps;
  }
}
