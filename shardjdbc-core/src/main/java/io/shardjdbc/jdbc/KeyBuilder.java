package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.ShardingKey;
import java.sql.ShardingKeyBuilder;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds JDBC's sharding keys from the columns of a shard key. */
public final class KeyBuilder implements ShardingKeyBuilder {

  private final List<Key> columns = new ArrayList<>();
  private @Nullable Object wrong;

  /** A sharding key: which key's shard a connection is pinned to. */
  record Built(Key key) implements ShardingKey {

    static Key keyOf(ShardingKey given) throws SQLException {
      if (given instanceof Built built) {
        return built.key();
      }
      throw SqlErrors.of(ErrorCode.USAGE, "the sharding key was not built by this DataSource");
    }

    /** The key is a caller's value. */
    @Override
    public String toString() {
      return "ShardingKey";
    }
  }

  @Override
  public KeyBuilder subkey(Object value, SQLType type) {
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      columns.add(Key.of(((Number) value).longValue()));
    } else if (value instanceof String text) {
      columns.add(Key.of(text));
    } else if (value instanceof UUID uuid) {
      columns.add(Key.of(uuid));
    } else if (value instanceof LocalDate date) {
      columns.add(Key.of(date));
    } else if (value instanceof LocalDateTime time) {
      columns.add(Key.of(time));
    } else if (value instanceof OffsetDateTime moment) {
      columns.add(Key.of(moment.toInstant()));
    } else {
      wrong = value;
    }
    return this;
  }

  @Override
  public ShardingKey build() throws SQLException {
    if (wrong != null) {
      throw SqlErrors.of(
          ErrorCode.USAGE,
          "a value of " + wrong.getClass().getName() + " is no part of a shard key");
    }
    if (columns.isEmpty()) {
      throw SqlErrors.of(ErrorCode.USAGE, "the sharding key has no part");
    }
    return new Built(Key.ofColumns(columns));
  }
}
