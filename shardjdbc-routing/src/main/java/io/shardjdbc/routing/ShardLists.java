package io.shardjdbc.routing;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What every placement asks of its shards. */
final class ShardLists {
  private ShardLists() {}

  /** Refuses an empty list and a shard that comes twice. */
  static void check(String placement, List<ShardId> shards) {
    if (shards.isEmpty()) {
      throw new RoutingException(ErrorCode.BAD_PLACEMENT, placement + " has no shard");
    }
    Set<ShardId> seen = new HashSet<>();
    for (ShardId shard : shards) {
      if (!seen.add(shard)) {
        throw new RoutingException(
            ErrorCode.BAD_PLACEMENT, placement + " names shard " + shard + " twice");
      }
    }
  }
}
