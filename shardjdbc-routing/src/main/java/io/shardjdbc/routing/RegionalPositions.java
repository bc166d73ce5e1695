package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Positions of keys whose first column is a region: its hash above, and below the hash of the other
 * columns, as far as there is room for it.
 *
 * <p>So a region's keys lie together, and within it as on a ring of its own.
 */
final class RegionalPositions {
  private static final int BITS = 48;
  private static final long REGION = -1L << BITS;
  private static final long HALF = 1L << (BITS - 1);

  private RegionalPositions() {}

  static long of(Key key) {
    if (!(key instanceof Key.OfColumns composite)) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "regional takes composite keys, the region's column first");
    }
    List<Key> columns = composite.columns();
    long within = KeyHash.postgres().of(Key.ofColumns(columns.subList(1, columns.size())));
    return ofRegion(columns.get(0)) | below(within);
  }

  private static long ofRegion(Key region) {
    return KeyHash.postgres().of(region) & REGION;
  }

  private static long below(long hash) {
    return (hash >> (Long.SIZE - BITS)) + HALF;
  }

  static String sql(List<String> columns, List<KeyType> types) {
    int all = columns.size();
    return "int8up((%s & (%d)::int8) | ((%s >> %d) + %d))"
        .formatted(
            types.get(0).hashOf(columns.get(0)),
            REGION,
            KeyType.hashOf(columns.subList(1, all), types.subList(1, all)),
            Long.SIZE - BITS,
            HALF);
  }

  /**
   * Who owns what, if each region lies by the hash of its keys and no two regions share a place. A
   * position that two shards of a region would share goes to the one of its lesser hashes.
   */
  static Optional<Map<ShardId, Positions>> over(Map<Key, Placement> regions) {
    Map<ShardId, Positions> owned = new LinkedHashMap<>();
    Positions taken = Positions.NONE;
    for (Map.Entry<Key, Placement> region : regions.entrySet()) {
      Placement within = region.getValue();
      long first = ofRegion(region.getKey());
      if (within.positioning().orElse(Positioning.VALUE) != Positioning.HASH
          || within.positions().isEmpty()
          || taken.contains(first)) {
        return Optional.empty();
      }
      taken = taken.plus(Positions.of(List.of(new PositionRange(first, first | ~REGION))));
      within
          .positions()
          .orElseThrow()
          .forEach(
              (shard, positions) -> owned.merge(shard, within(first, positions), Positions::plus));
    }
    return Optional.of(owned);
  }

  private static Positions within(long region, Positions positions) {
    List<PositionRange> ranges = new ArrayList<>();
    for (PositionRange range : positions.ranges()) {
      long first = below(range.first());
      if (range.first() != Long.MIN_VALUE && below(range.first() - 1) == first) {
        first++;
      }
      long last = below(range.last());
      if (first <= last) {
        ranges.add(new PositionRange(region | first, region | last));
      }
    }
    return Positions.of(ranges);
  }
}
