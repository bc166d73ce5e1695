package io.shardjdbc.merge;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Says which row comes next: it moves one of the shards' result sets and returns that. */
public interface RowSource {

  /** The result set that stands on the next row; null behind the last one. */
  @Nullable ResultSet next() throws SQLException;

  /** Whether the row that {@link #next} returned last sorts equal to the one before it. */
  default boolean isTie() {
    return false;
  }
}
