package io.shardjdbc.routing;

import java.util.List;
import java.util.Map;

/** A placement for each value of a composite key's first column, over the key's other columns. */
record RegionalPlacement(Map<Key, Placement> regions) implements Placement {

  RegionalPlacement {
    regions = Map.copyOf(regions);
    KeyShape.common("regional", regions.keySet()).single("regional");
  }

  @Override
  public ShardId shardOf(Key key) {
    if (!(key instanceof Key.OfColumns composite)) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "regional takes composite keys, the region's column first");
    }
    List<Key> columns = composite.columns();
    Placement region = regions.get(columns.get(0));
    if (region == null) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "regional does not list the region of the key");
    }
    return region.shardOf(Key.ofColumns(columns.subList(1, columns.size())));
  }

  @Override
  public List<ShardId> shards() {
    return regions.values().stream()
        .flatMap(region -> region.shards().stream())
        .distinct()
        .sorted()
        .toList();
  }

  @Override
  public String describe() {
    return regions.size() + " regions by first column";
  }

  @Override
  public String toString() {
    return describe();
  }
}
