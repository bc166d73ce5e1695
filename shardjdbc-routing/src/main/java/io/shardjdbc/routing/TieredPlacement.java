package io.shardjdbc.routing;

import io.shardjdbc.routing.MapDocument.Positioned;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Some keys by name, all others by another placement. */
final class TieredPlacement implements Placement {
  private final Map<Key, ShardId> named;
  private final Placement rest;
  private final KeyShape shape;

  TieredPlacement(Map<Key, ShardId> named, Placement rest) {
    this.named = Map.copyOf(named);
    this.rest = rest;
    this.shape = KeyShape.common("tiered", this.named.keySet());
    if (rest.misfit(shape.columns()).isPresent()) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "tiered names keys of other types than the rest lists");
    }
  }

  @Override
  public Optional<String> misfit(List<KeyColumn> key) {
    return shape.misfit(key);
  }

  @Override
  public ShardId shardOf(Key key) {
    ShardId shard = named.get(key);
    return shard != null ? shard : rest.shardOf(checked(key));
  }

  @Override
  public List<ShardId> ownersOf(Key key) {
    return named.containsKey(key) ? List.of(named.get(key)) : rest.ownersOf(checked(key));
  }

  @Override
  public ShardId ownerOfNew(Key key, long draw) {
    ShardId shard = named.get(key);
    return shard != null ? shard : rest.ownerOfNew(checked(key), draw);
  }

  @Override
  public boolean sharesKeys() {
    return rest.sharesKeys();
  }

  private Key checked(Key key) {
    shape.check("tiered", key);
    return key;
  }

  @Override
  public List<ShardId> shards() {
    return Stream.concat(rest.shards().stream(), named.values().stream().sorted())
        .distinct()
        .toList();
  }

  /** Keys by name before ranges of them, where no other key shares a position with one. */
  @Override
  public Optional<Positioning> positioning() {
    return rest.positioning().filter(Positioning::isExact);
  }

  @Override
  public ShardId ownerAt(long position) {
    Positioning by = positioning().orElseThrow();
    return named.entrySet().stream()
        .filter(entry -> by.of(entry.getKey()) == position)
        .findFirst()
        .map(Map.Entry::getValue)
        .orElseGet(() -> rest.ownerAt(position));
  }

  @Override
  public Optional<Map<ShardId, Positions>> positions() {
    return positioning()
        .flatMap(by -> rest.positions().flatMap(all -> ListedPositions.over(all, named, by)));
  }

  @Override
  public Optional<Positioned> listed() {
    return rest.positioning()
        .filter(by -> by == Positioning.HASH)
        .flatMap(by -> rest.positions().flatMap(all -> ListedPositions.over(all, named, by)))
        .map(Positioned::of);
  }

  @Override
  public String describe() {
    return named.size() + " keys by name, the rest by " + rest.describe();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TieredPlacement tiered
        && named.equals(tiered.named)
        && rest.equals(tiered.rest);
  }

  @Override
  public int hashCode() {
    return 31 * named.hashCode() + rest.hashCode();
  }

  @Override
  public String toString() {
    return describe();
  }
}
