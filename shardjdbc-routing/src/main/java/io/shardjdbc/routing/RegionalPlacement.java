package io.shardjdbc.routing;

import io.shardjdbc.routing.MapDocument.Positioned;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A placement for each value of a composite key's first column, over the key's other columns. */
record RegionalPlacement(Map<Key, Placement> regions) implements Placement {

  RegionalPlacement {
    regions = Map.copyOf(regions);
    KeyShape.common("regional", regions.keySet()).single("regional");
  }

  @Override
  public ShardId shardOf(Key key) {
    return region(key).shardOf(within(key));
  }

  @Override
  public List<ShardId> ownersOf(Key key) {
    return region(key).ownersOf(within(key));
  }

  @Override
  public ShardId ownerOfNew(Key key, long draw) {
    return region(key).ownerOfNew(within(key), draw);
  }

  @Override
  public boolean sharesKeys() {
    return regions.values().stream().anyMatch(Placement::sharesKeys);
  }

  @Override
  public Optional<String> misfit(List<KeyColumn> key) {
    if (key.size() == 1) {
      return Optional.of("has a key without the column that its placement finds the region by");
    }
    KeyShape first = KeyShape.common("regional", regions.keySet());
    Optional<String> ofRegion = first.misfit(key.subList(0, 1));
    return ofRegion.isPresent()
        ? ofRegion
        : regions.values().stream()
            .flatMap(region -> region.misfit(key.subList(1, key.size())).stream())
            .findFirst();
  }

  private Placement region(Key key) {
    if (!(key instanceof Key.OfColumns composite)) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "regional takes composite keys, the region's column first");
    }
    Placement region = regions.get(composite.columns().get(0));
    if (region == null) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "regional does not list the region of the key");
    }
    return region;
  }

  /** The key as its region's placement sees it. */
  private static Key within(Key key) {
    List<Key> columns = ((Key.OfColumns) key).columns();
    return Key.ofColumns(columns.subList(1, columns.size()));
  }

  @Override
  public List<ShardId> shards() {
    return regions.values().stream()
        .flatMap(region -> region.shards().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** Regions that are rings, whose keys' hashes a map cuts to what it has room for. */
  @Override
  public Optional<Positioned> listed() {
    return RegionalPositions.over(regions).map(owned -> Positioned.of(Positioning.REGIONAL, owned));
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
