package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of a COPY: which fields of a record are its key, and which shard owns that key.
 *
 * @param table as it is declared
 * @param keyFields the positions (from 0) of the key's columns in a record; empty where the table
 *     is not sharded
 * @param keyTypes the types of the key's columns: {@code bigint}, {@code text}, {@code uuid}
 * @param insert plans a row with that key; null where the table is not sharded
 * @param map the map that all records are placed by
 */
public record CopyTarget(
    Table table,
    List<Integer> keyFields,
    List<String> keyTypes,
    @Nullable Plan insert,
    ShardMap map) {

  public CopyTarget {
    keyFields = List.copyOf(keyFields);
    keyTypes = List.copyOf(keyTypes);
  }

  /**
   * The shard of a record.
   *
   * @param key the values of {@link #keyFields}: text is read as the column's type
   * @throws RoutingException where a value is missing, or only the server can read it
   */
  public ShardId shardOf(List<@Nullable Object> key) {
    if (insert == null) {
      throw new IllegalStateException("the table has no key");
    }
    DirectRoute route = insert.route(key, map).direct();
    if (route == null) { // a statement would have a server read the key
      Table.Sharded sharded = (Table.Sharded) table;
      String names = sharded.key().stream().map(KeyColumn::name).collect(Collectors.joining(", "));
      throw new RoutingException(
          ErrorCode.KEY_OF_UNKNOWN_TYPE,
          table.displayName(),
          names,
          sharded.key().size() == 1 ? keyTypes.get(0) : "key");
    }
    return route.only().shard();
  }
}
