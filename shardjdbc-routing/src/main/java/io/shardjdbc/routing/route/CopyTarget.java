package io.shardjdbc.routing.route;

import io.shardjdbc.routing.Table;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The table that rows are copied into: which fields of a record are its key, and which shard takes
 * a record.
 *
 * @param table as it is declared
 * @param keyFields the positions (from 0) of the key's columns in a record; of a reference table,
 *     of the texts that each copy might read in its own way
 * @param owners by the values of those fields; null where the table is not sharded
 * @param alike says of those texts whether every copy reads them alike
 */
public record CopyTarget(
    Table table,
    List<Integer> keyFields,
    @Nullable RowOwners owners,
    Predicate<List<@Nullable Object>> alike) {

  public CopyTarget {
    keyFields = List.copyOf(keyFields);
  }

  /** Of which no record has to be looked at. */
  public CopyTarget(Table table) {
    this(table, List.of(), null, texts -> true);
  }

  /** Of a sharded table. */
  public CopyTarget(Table table, List<Integer> keyFields, RowOwners owners) {
    this(table, keyFields, owners, texts -> true);
  }
}
