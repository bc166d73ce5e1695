package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which shard owns which positions, said one by one. */
final class PositionPlacement implements Placement {
  private final Positioning by;
  private final Map<ShardId, Positions> owned;

  /**
   * The last position of each run of one owner, or of none, ascending; {@code owners} runs in
   * parallel.
   */
  private final long[] ends;

  private final @Nullable ShardId[] owners;

  PositionPlacement(Positioning by, Map<ShardId, Positions> owned) {
    this.by = by;
    this.owned = Map.copyOf(owned);
    List<RingSegment> segments = new ArrayList<>();
    owned.forEach(
        (shard, positions) ->
            positions.ranges().forEach(range -> segments.add(new RingSegment(range, shard))));
    segments.sort(Comparator.comparingLong(segment -> segment.range().first()));
    long[] last = new long[2 * segments.size() + 1];
    @Nullable ShardId[] whose = new ShardId[last.length];
    int runs = 0;
    long next = Long.MIN_VALUE;
    boolean full = false;
    for (RingSegment segment : segments) {
      if (full || segment.range().first() < next) {
        throw fault();
      }
      if (segment.range().first() > next) {
        last[runs++] = segment.range().first() - 1;
      }
      last[runs] = segment.range().last();
      whose[runs++] = segment.owner();
      full = segment.range().last() == Long.MAX_VALUE;
      next = segment.range().last() + 1;
    }
    if (!full) {
      last[runs++] = Long.MAX_VALUE;
    }
    this.ends = Arrays.copyOf(last, runs);
    this.owners = Arrays.copyOf(whose, runs);
    // Every hash has an owner; of keys that are listed, those that are.
    if (segments.isEmpty() || (by == Positioning.HASH && runs != segments.size())) {
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
    ShardId owner = owners[indexOf(position)];
    if (owner == null) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "the map has neither the key nor a shard for the rest");
    }
    return owner;
  }

  @Override
  public Optional<String> misfit(List<KeyColumn> key) {
    Optional<KeyType> ordered = by.ordered();
    boolean fits =
        ordered.isEmpty()
            ? by != Positioning.REGIONAL || key.size() > 1
            : key.size() == 1 && key.get(0).type().map(ordered.orElseThrow()::equals).orElse(true);
    return fits
        ? Optional.empty()
        : Optional.of(
            ordered
                .map(type -> "has a key that is no " + type.sqlName())
                .orElse("has a key without the column that its placement finds the region by"));
  }

  @Override
  public List<ShardId> shardsBetween(@Nullable Key low, @Nullable Key high) {
    if (!by.isOrdered()) {
      return Placement.super.shardsBetween(low, high);
    }
    if (by == Positioning.TEXTS) {
      return shards(); // the statement compares by the column's collation
    }
    long first = low == null ? Long.MIN_VALUE : by.of(low);
    long last = high == null ? Long.MAX_VALUE : by.of(high);
    return first > last ? List.of() : ownersFrom(first, last);
  }

  @Override
  public List<ShardId> ownersWithin(PositionRange range) {
    return by.isOfHash() ? ownersFrom(range.first(), range.last()) : shards();
  }

  private List<ShardId> ownersFrom(long first, long last) {
    return Arrays.stream(owners, indexOf(first), indexOf(last) + 1)
        .flatMap(Stream::ofNullable)
        .distinct()
        .toList();
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
    return by.ordered()
        .map(type -> ends.length + " ranges of " + type.sqlName())
        .orElse("positions of " + shards().size() + " shards by postgres hash");
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
