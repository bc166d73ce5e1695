package io.shardjdbc.merge;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Admits the changes that a caller makes to rows through the result that shows them.
 *
 * <p>Each throws what a statement that does the same would be refused with.
 */
public interface RowChanges {

  /** A column is about to get another value. */
  void begin() throws SQLException;

  /** These columns of a row are about to be changed on its shard. */
  void update(List<String> columns) throws SQLException;

  /** A row is about to be deleted from its shard. */
  void delete() throws SQLException;

  /**
   * A row is about to be added on the shard of the others.
   *
   * @param values by column
   */
  void insert(Map<String, @Nullable Object> values) throws SQLException;
}
