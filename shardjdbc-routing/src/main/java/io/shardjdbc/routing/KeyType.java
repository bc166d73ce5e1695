package io.shardjdbc.routing;

import java.util.Locale;
import java.util.Optional;

/** The types of column that can be a shard key; types that hash alike are one. */
public enum KeyType {
  /** {@code smallint}, {@code integer}, {@code bigint}. */
  INTEGER("bigint", "hashint8extended"),
  /** {@code text}, {@code varchar}, with a deterministic collation; not {@code char(n)}. */
  TEXT("text", "hashtextextended"),
  /** {@code uuid}. */
  UUID("uuid", "uuid_hash_extended");

  private final String sqlName;
  private final String hashFunction;

  KeyType(String sqlName, String hashFunction) {
    this.sqlName = sqlName;
    this.hashFunction = hashFunction;
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
      default -> Optional.empty();
    };
  }

  /** The widest SQL type of this key type: {@code bigint}, {@code text} or {@code uuid}. */
  public String sqlName() {
    return sqlName;
  }

  /** The name of PostgreSQL's function that hashes such a column with a seed. */
  public String hashFunction() {
    return hashFunction;
  }
}
