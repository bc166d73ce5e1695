package io.shardjdbc.routing;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The types of column that can be a shard key; types that hash alike are one. */
public enum KeyType {
  /** {@code smallint}, {@code integer}, {@code bigint}. */
  INTEGER("bigint", "hashint8extended(%s, 0)"),
  /** {@code text}, {@code varchar}, with a deterministic collation; not {@code char(n)}. */
  TEXT("text", "hashtextextended(%s, 0)"),
  /** {@code uuid}. */
  UUID("uuid", "uuid_hash_extended(%s, 0)"),
  /** {@code date}. */
  DATE("date", "hashint8extended(%s - '2000-01-01'::date, 0)"),
  /** {@code timestamp}, without time zone. */
  TIMESTAMP("timestamp", "timestamp_hash_extended(%s, 0)"),
  /** {@code timestamptz}. */
  TIMESTAMPTZ("timestamptz", "timestamp_hash_extended(%s AT TIME ZONE 'UTC', 0)"),
  /** {@code numeric}; neither {@code NaN} nor infinity is a key. */
  NUMERIC("numeric", "hash_numeric_extended(%s, 0)");

  private final String sqlName;
  private final String hash;

  KeyType(String sqlName, String hash) {
    this.sqlName = sqlName;
    this.hash = hash;
  }

  /**
   * The key type of a column type by any of its names in SQL or in {@code pg_type}, in any case;
   * empty when columns of that type cannot be shard keys.
   */
  public static Optional<KeyType> named(String typeName) {
    return switch (typeName.toLowerCase(Locale.ROOT)) {
      case "smallint", "int2", "integer", "int", "int4", "bigint", "int8" -> Optional.of(INTEGER);
      case "text", "varchar", "character varying" -> Optional.of(TEXT);
      case "uuid" -> Optional.of(UUID);
      case "date" -> Optional.of(DATE);
      case "timestamp", "timestamp without time zone" -> Optional.of(TIMESTAMP);
      case "timestamptz", "timestamp with time zone" -> Optional.of(TIMESTAMPTZ);
      case "numeric", "decimal" -> Optional.of(NUMERIC);
      default -> Optional.empty();
    };
  }

  /** The widest SQL type of this key type: {@code bigint}, {@code text}, {@code uuid} .. */
  public String sqlName() {
    return sqlName;
  }

  /** Whether texts of it may depend on the session's settings, or on the clock. */
  public boolean isOfTime() {
    return this == DATE || this == TIMESTAMP || this == TIMESTAMPTZ;
  }

  /**
   * The hash of such a column in SQL, by PostgreSQL's own functions, all of them immutable.
   *
   * @param column the column as it is written in SQL
   */
  public String hashOf(String column) {
    return hash.formatted(column);
  }

  /**
   * The hash of a key of several columns in SQL: that of its {@linkplain Key#text text}; of one
   * column, its type's. All functions are PostgreSQL's own, and immutable.
   *
   * @param columns as they are written in SQL
   * @param types of each
   */
  public static String hashOf(List<String> columns, List<KeyType> types) {
    return columns.size() == 1
        ? types.get(0).hashOf(columns.get(0))
        : "hashtextextended(" + KeyText.of(columns, types) + " COLLATE pg_catalog.\"C\", 0)";
  }
}
