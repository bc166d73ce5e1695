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
 * @param select plans a look at such rows; null where the table is not sharded
 * @param map the map that all records are placed by
 */
public record CopyTarget(
    Table table,
    List<Integer> keyFields,
    List<String> keyTypes,
    @Nullable Plan insert,
    @Nullable Plan select,
    ShardMap map) {

  public CopyTarget {
    keyFields = List.copyOf(keyFields);
    keyTypes = List.copyOf(keyTypes);
  }

  /**
   * The shard of a record; null where only a server can read its key.
   *
   * @param key the values of {@link #keyFields}: text is read as the column's type
   * @throws RoutingException where a value is missing
   */
  public @Nullable ShardId shardOf(List<@Nullable Object> key) {
    return shard(insert, key);
  }

  /**
   * The shard of a key as a server has read it: nothing of it is cut or changed any more.
   *
   * @throws RoutingException where it cannot be read all the same
   */
  public ShardId shardOfStored(List<@Nullable Object> key) {
    ShardId shard = shard(select, key);
    if (shard == null) {
      throw unreadable();
    }
    return shard;
  }

  private @Nullable ShardId shard(@Nullable Plan plan, List<@Nullable Object> key) {
    if (plan == null) {
      throw new IllegalStateException("the table has no key");
    }
    DirectRoute route = plan.route(key, map).direct();
    return route == null || !route.isSingle() ? null : route.only().shard();
  }

  private RoutingException unreadable() {
    List<KeyColumn> columns = table instanceof Table.Sharded sharded ? sharded.key() : List.of();
    return new RoutingException(
        ErrorCode.KEY_OF_UNKNOWN_TYPE,
        table.displayName(),
        columns.stream().map(KeyColumn::name).collect(Collectors.joining(", ")),
        columns.size() == 1 ? keyTypes.get(0) : "key");
  }
}
