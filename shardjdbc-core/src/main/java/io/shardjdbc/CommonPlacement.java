package io.shardjdbc;

import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.util.List;
import java.util.function.Function;

/** Where a key lives that is said without a table: clear only if all tables are placed alike. */
final class CommonPlacement implements Function<Key, ShardId> {

  private final List<String> names;
  private final CurrentMap maps;

  CommonPlacement(RoutingConfiguration configuration, CurrentMap maps) {
    this.names = List.copyOf(configuration.placements().keySet());
    this.maps = maps;
  }

  @Override
  public ShardId apply(Key key) {
    if (names.size() != 1) {
      throw new RoutingException(
          ErrorCode.USAGE,
          "a sharding key needs sharded tables of one placement, there are "
              + names.size()
              + " placements");
    }
    return maps.get().placement(names.get(0)).shardOf(key);
  }
}
