package io.shardjdbc;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Where a key lives that is said without a table: clear only if all tables are placed alike. */
final class CommonPlacement implements Function<Key, ShardId> {

  private final Set<Placement> placements;

  CommonPlacement(RoutingConfiguration configuration) {
    this.placements =
        configuration.tables().values().stream()
            .filter(Table.Sharded.class::isInstance)
            .map(table -> ((Table.Sharded) table).placement())
            .collect(Collectors.toSet());
  }

  @Override
  public ShardId apply(Key key) {
    if (placements.size() != 1) {
      throw new RoutingException(
          ErrorCode.USAGE,
          "a sharding key needs sharded tables of one placement, there are "
              + placements.size()
              + " placements");
    }
    return placements.iterator().next().shardOf(key);
  }
}
