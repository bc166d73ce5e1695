package io.shardjdbc.routing.route;

import io.shardjdbc.routing.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table that rows are copied into: which fields of a record are its key, and which shard takes
 * a record.
 *
 * @param table as it is declared
 * @param keyFields the positions (from 0) of the key's columns in a record; empty where the table
 *     is not sharded
 * @param owners by the values of those fields; null where the table is not sharded
 */
public record CopyTarget(Table table, List<Integer> keyFields, @Nullable RowOwners owners) {

  public CopyTarget {
    keyFields = List.copyOf(keyFields);
  }
}
