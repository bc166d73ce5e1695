package io.shardjdbc;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Router;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a key of a table lives.
 *
 * <p>The router is asked, with a statement that pins the key, so that a key is compared as the
 * column's type here too. Thread-safe.
 */
final class KeyedShards {

  private final RoutingConfiguration configuration;
  private final Router router;

  KeyedShards(RoutingConfiguration configuration, Router router) {
    this.configuration = configuration;
    this.router = router;
  }

  ShardId shardOf(String name, List<@Nullable Object> key) {
    Table table =
        configuration
            .table(Identifiers.parse(name))
            .orElseThrow(() -> new RoutingException(ErrorCode.UNDECLARED_TABLE, name));
    if (table instanceof Table.Sharded sharded) {
      return shardOf(sharded, key);
    }
    if (table instanceof Table.Single single && key.isEmpty()) {
      return single.shard();
    }
    throw new RoutingException(
        ErrorCode.USAGE, "table " + table.displayName() + " has no shard key");
  }

  private ShardId shardOf(Table.Sharded table, List<@Nullable Object> key) {
    if (key.size() != table.key().size()) {
      throw new RoutingException(
          ErrorCode.USAGE,
          "the shard key of %s has %d columns, %d values are given"
              .formatted(table.displayName(), table.key().size(), key.size()));
    }
    for (int i = 0; i < key.size(); i++) {
      if (key.get(i) == null) {
        throw new RoutingException(
            ErrorCode.KEY_IS_NULL, table.displayName(), table.key().get(i).name());
      }
    }
    String condition =
        table.key().stream()
            .map(KeyColumn::name)
            .map(column -> Identifiers.quote(column) + " = ?")
            .collect(Collectors.joining(" AND "));
    String name = table.name().stream().map(Identifiers::quote).collect(Collectors.joining("."));
    String sql = "SELECT 1 FROM " + name + " WHERE " + condition;
    List<ShardId> owners = router.shards(sql, key);
    if (owners.size() != 1) {
      throw new RoutingException(
          ErrorCode.KEY_SHARED, "the shard of a key of table " + table.displayName());
    }
    return owners.get(0);
  }
}
