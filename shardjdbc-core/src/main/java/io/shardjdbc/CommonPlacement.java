package io.shardjdbc;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.util.List;
import java.util.function.BiFunction;

/** Where a key lives that is said without a table: clear only if all tables are placed alike. */
final class CommonPlacement implements BiFunction<Key, ShardMap, ShardId> {

  private final List<String> names;

  CommonPlacement(RoutingConfiguration configuration) {
    this.names = List.copyOf(configuration.placements().keySet());
  }

  @Override
  public ShardId apply(Key key, ShardMap map) {
    if (names.size() != 1) {
      throw new RoutingException(
          ErrorCode.USAGE,
          "a sharding key needs sharded tables of one placement, there are "
              + names.size()
              + " placements");
    }
    return map.placement(names.get(0)).shardOf(key);
  }
}
