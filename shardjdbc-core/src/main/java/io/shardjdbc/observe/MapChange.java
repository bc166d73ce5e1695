package io.shardjdbc.observe;

import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.ShardId;
import java.util.List;

/**
 * A DataSource routes by another map from now on: rows move, or have moved, or shards have joined
 * or left.
 *
 * @param joined shards that are new in it
 * @param left shards that are in it no more
 * @param moving whether it says that rows are moving
 */
public record MapChange(
    MapEpoch before, MapEpoch after, List<ShardId> joined, List<ShardId> left, boolean moving) {

  public MapChange {
    joined = List.copyOf(joined);
    left = List.copyOf(left);
  }
}
