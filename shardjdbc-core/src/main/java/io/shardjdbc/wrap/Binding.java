package io.shardjdbc.wrap;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * One value that a caller has bound, to be bound again on the shards that need it.
 *
 * <p>Generated from the interface's methods; do not edit.
 */
@SuppressWarnings("deprecation")
public interface Binding {

  /**
   * What routing sees: the value as the server is sent it, null for NULL, or
   * {@link Unread#VALUE} where only the driver knows what that is.
   */
  @Nullable Object value();

  /** Stands for a value that is not NULL and says nothing of a shard key. */
  enum Unread {
    VALUE
  }

  /** Binds the value at a marker, counted from 1, of a physical statement. */
  void bind(PreparedStatement target, int index) throws SQLException;

  /** Whether it can be bound more than once: false for streams, which are read only once. */
  default boolean isRepeatable() {
    return true;
  }
}
