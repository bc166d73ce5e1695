package io.shardjdbc.map;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Route;
import java.util.Set;

/** Keeps reads from replicas that may not have yet what has moved to their shard. */
public final class Arrivals {

  private Arrivals() {}

  /** The route, on primaries where it would ask such a shard. */
  public static Route toThoseWhoHave(Route route, ShardMap map) {
    Set<ShardId> arrived = map.moving().arrived();
    if (arrived.isEmpty()) {
      return route;
    }
    DirectRoute direct = route.direct();
    boolean asks =
        direct == null // rows that it needs are fetched from others
            || (!direct.isMovable() && direct.shards().stream().anyMatch(arrived::contains));
    return asks ? route.onPrimary() : route;
  }
}
