package io.shardjdbc.routing;

import io.shardjdbc.routing.MapDocument.Positioned;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Each key's shard by name, and one for all others, or none. */
final class DirectoryPlacement implements Placement {
  private final Map<Key, ShardId> entries;
  private final @Nullable ShardId rest;
  private final KeyShape shape;

  DirectoryPlacement(Map<Key, ShardId> entries, @Nullable ShardId rest) {
    this.entries = Map.copyOf(entries);
    this.rest = rest;
    this.shape = KeyShape.common("directory", this.entries.keySet());
  }

  @Override
  public Optional<String> misfit(List<KeyColumn> key) {
    return shape.misfit(key);
  }

  @Override
  public ShardId shardOf(Key key) {
    ShardId named = entries.get(key);
    if (named != null) {
      return named;
    }
    shape.check("directory", key);
    if (rest == null) {
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "the directory has neither the key nor a shard for the rest");
    }
    return rest;
  }

  @Override
  public List<ShardId> shards() {
    return Stream.concat(entries.values().stream(), Optional.ofNullable(rest).stream())
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Every shard: keys that are not listed may be refused one by one, but a range of them is empty.
   */
  @Override
  public List<ShardId> shardsBetween(@Nullable Key low, @Nullable Key high) {
    return shards();
  }

  @Override
  public Optional<Positioning> positioning() {
    return Optional.of(shape.types())
        .filter(List.of(KeyType.INTEGER)::equals)
        .map(types -> Positioning.VALUE);
  }

  @Override
  public ShardId ownerAt(long position) {
    return shardOf(Key.of(position));
  }

  @Override
  public Optional<Map<ShardId, Positions>> positions() {
    return positioning().flatMap(by -> ListedPositions.over(owned(), entries, by));
  }

  @Override
  public Optional<Positioned> listed() {
    return positioning().isPresent()
        ? Optional.empty()
        : ListedPositions.over(owned(), entries, Positioning.LISTED)
            .map(positions -> Positioned.of(Positioning.LISTED, positions));
  }

  /** Who owns what is not listed; nobody without a shard for the rest. */
  private Map<ShardId, Positions> owned() {
    return rest == null ? Map.of() : Map.of(rest, Positions.ALL);
  }

  @Override
  public String describe() {
    return "directory of " + entries.size() + " keys";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DirectoryPlacement directory
        && entries.equals(directory.entries)
        && Objects.equals(rest, directory.rest);
  }

  @Override
  public int hashCode() {
    return 31 * entries.hashCode() + Objects.hashCode(rest);
  }

  @Override
  public String toString() {
    return describe();
  }
}
