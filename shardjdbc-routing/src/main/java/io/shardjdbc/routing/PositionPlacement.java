package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which shard owns which positions, said one by one. */
final class PositionPlacement implements Placement {
  private final Positioning by;
  private final Map<ShardId, Positions> owned;

  /** The last position of each run of one owner, ascending; {@code owners} runs in parallel. */
  private final long[] ends;

  private final ShardId[] owners;

  PositionPlacement(Positioning by, Map<ShardId, Positions> owned) {
    this.by = by;
    this.owned = Map.copyOf(owned);
    List<RingSegment> segments = new ArrayList<>();
    owned.forEach(
        (shard, positions) ->
            positions.ranges().forEach(range -> segments.add(new RingSegment(range, shard))));
    segments.sort(Comparator.comparingLong(segment -> segment.range().first()));
    check(segments);
    this.ends = segments.stream().mapToLong(segment -> segment.range().last()).toArray();
    this.owners = segments.stream().map(RingSegment::owner).toArray(ShardId[]::new);
  }

  private static void check(List<RingSegment> segments) {
    long next = Long.MIN_VALUE;
    for (int i = 0; i < segments.size(); i++) {
      PositionRange range = segments.get(i).range();
      boolean isLast = i == segments.size() - 1;
      if (range.first() != next || isLast != (range.last() == Long.MAX_VALUE)) {
        throw fault();
      }
      next = range.last() + 1;
    }
    if (segments.isEmpty()) {
      throw fault();
    }
  }

  private static RoutingException fault() {
    return new RoutingException(
        ErrorCode.BAD_PLACEMENT, "each position has to belong to one shard, and to no other");
  }

  @Override
  public ShardId shardOf(Key key) {
    return ownerAt(by.of(key));
  }

  @Override
  public ShardId shardOf(Key key, long hash) {
    return by == Positioning.HASH ? ownerAt(hash) : shardOf(key);
  }

  @Override
  public ShardId ownerAt(long position) {
    return owners[indexOf(position)];
  }

  @Override
  public Optional<String> misfit(List<KeyColumn> key) {
    boolean fits =
        by != Positioning.VALUE
            || (key.size() == 1 && key.get(0).type().map(KeyType.INTEGER::equals).orElse(true));
    return fits ? Optional.empty() : Optional.of("has a key that is no integer");
  }

  @Override
  public List<ShardId> shardsBetween(@Nullable Key low, @Nullable Key high) {
    if (by != Positioning.VALUE) {
      return Placement.super.shardsBetween(low, high);
    }
    long first = low == null ? Long.MIN_VALUE : by.of(low);
    long last = high == null ? Long.MAX_VALUE : by.of(high);
    return first > last ? List.of() : ownersFrom(first, last);
  }

  @Override
  public List<ShardId> ownersWithin(PositionRange range) {
    return by != Positioning.VALUE ? ownersFrom(range.first(), range.last()) : shards();
  }

  private List<ShardId> ownersFrom(long first, long last) {
    return Arrays.stream(owners, indexOf(first), indexOf(last) + 1).distinct().toList();
  }

  private int indexOf(long position) {
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public List<ShardId> shards() {
    return owned.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  @Override
  public Optional<Map<ShardId, Positions>> positions() {
    return Optional.of(owned);
  }

  @Override
  public Optional<Positioning> positioning() {
    return Optional.of(by);
  }

  @Override
  public String describe() {
    return by != Positioning.VALUE
        ? "positions of " + shards().size() + " shards by postgres hash"
        : ends.length + " ranges of bigint";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PositionPlacement placement
        && by == placement.by
        && owned.equals(placement.owned);
  }

  @Override
  public int hashCode() {
    return owned.hashCode();
  }

  @Override
  public String toString() {
    return describe();
  }
}
