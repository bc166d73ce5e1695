package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The positions of keys that are listed by name, before those that others have. */
final class ListedPositions {

  private ListedPositions() {}

  /**
   * Which positions each shard owns; empty where keys of different shards share one.
   *
   * @param rest who owns what is not listed
   */
  static Optional<Map<ShardId, Positions>> over(
      Map<ShardId, Positions> rest, Map<Key, ShardId> named, Positioning by) {
    Map<Long, ShardId> owners = new HashMap<>();
    Map<ShardId, List<PositionRange>> byShard = new TreeMap<>();
    for (Map.Entry<Key, ShardId> entry : named.entrySet()) {
      long position = by.of(entry.getKey());
      ShardId other = owners.putIfAbsent(position, entry.getValue());
      if (other != null && !other.equals(entry.getValue())) {
        return Optional.empty();
      }
      byShard
          .computeIfAbsent(entry.getValue(), shard -> new ArrayList<>())
          .add(new PositionRange(position, position));
    }
    Positions all = Positions.of(byShard.values().stream().flatMap(List::stream).toList());
    Map<ShardId, Positions> owned = new LinkedHashMap<>();
    rest.forEach((shard, positions) -> owned.put(shard, positions.minus(all)));
    byShard.forEach((shard, keys) -> owned.merge(shard, Positions.of(keys), Positions::plus));
    return Optional.of(owned);
  }
}
