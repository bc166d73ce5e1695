package io.shardjdbc.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Ordered upper bounds, and the shard of the keys from each bound to the next. */
final class RangePlacement implements Placement {
  private final KeyShape shape;
  private final List<Key> bounds;

  /** The owner of the keys below each bound, and last that of the rest. */
  private final List<ShardId> owners;

  RangePlacement(Map<Key, ShardId> below, ShardId rest) {
    this.shape = KeyShape.common("range", below.keySet());
    shape.single("range");
    List<Key> keys = new ArrayList<>();
    List<ShardId> shards = new ArrayList<>();
    below.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(KeyOrder.INSTANCE))
        .forEach(
            entry -> {
              keys.add(entry.getKey());
              shards.add(entry.getValue());
            });
    shards.add(rest);
    this.bounds = List.copyOf(keys);
    this.owners = List.copyOf(shards);
  }

  @Override
  public Optional<String> misfit(List<KeyColumn> key) {
    return shape.misfit(key);
  }

  @Override
  public ShardId shardOf(Key key) {
    return owners.get(indexOf(key));
  }

  @Override
  public List<ShardId> shards() {
    return owners.stream().distinct().toList();
  }

  @Override
  public List<ShardId> shardsBetween(@Nullable Key low, @Nullable Key high) {
    if (shape.single("range") == KeyType.TEXT) {
      return shards(); // the statement compares by the column's collation, the bounds by bytes
    }
    if (low != null && high != null && KeyOrder.INSTANCE.compare(low, high) > 0) {
      return List.of();
    }
    int first = low == null ? 0 : indexOf(low);
    int last = high == null ? bounds.size() : indexOf(high);
    return owners.subList(first, last + 1).stream().distinct().toList();
  }

  /** Each bound has to be the least key of its position. */
  @Override
  public Optional<Positioning> positioning() {
    KeyType type = shape.single("range");
    return bounds.stream().allMatch(bound -> OrderedPositions.isFirst(type, bound))
        ? Optional.of(Positioning.ordering(type))
        : Optional.empty();
  }

  @Override
  public ShardId ownerAt(long position) {
    Positioning by = Positioning.ordering(shape.single("range"));
    int below = (int) bounds.stream().filter(bound -> by.of(bound) <= position).count();
    return owners.get(below);
  }

  @Override
  public Optional<Map<ShardId, Positions>> positions() {
    return positioning().map(this::owned);
  }

  private Map<ShardId, Positions> owned(Positioning by) {
    Map<ShardId, Positions> owned = new LinkedHashMap<>();
    Positions left = Positions.ALL;
    for (int i = 0; i < bounds.size(); i++) {
      Positions below = left.minus(Positions.from(by.of(bounds.get(i))));
      owned.merge(owners.get(i), below, Positions::plus);
      left = left.minus(below);
    }
    owned.merge(owners.get(bounds.size()), left, Positions::plus);
    return owned;
  }

  @Override
  public String describe() {
    return owners.size() + " ranges of " + shape;
  }

  /** How many bounds are at or below the key. */
  private int indexOf(Key key) {
    shape.check("range", key);
    int low = 0;
    int high = bounds.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (KeyOrder.INSTANCE.compare(bounds.get(middle), key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RangePlacement range
        && bounds.equals(range.bounds)
        && owners.equals(range.owners);
  }

  @Override
  public int hashCode() {
    return 31 * bounds.hashCode() + owners.hashCode();
  }

  @Override
  public String toString() {
    return describe();
  }
}
