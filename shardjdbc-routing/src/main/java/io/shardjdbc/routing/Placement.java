package io.shardjdbc.routing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Says which shard owns a key.
 *
 * <p>A placement is a pure function: immutable, thread-safe, and the same key always has the same
 * owners, mostly one. {@link Placements} has the usual ones. It is a wire format too: rows lie
 * where it said when they were written, so a placement that changes must come with the rows that
 * move.
 *
 * <p>Two placements must be {@code equals} only when they place every key alike: the planner takes
 * tables with equal placements as co-located and joins them on their keys shard by shard. An
 * implementation without an {@code equals} of its own is right, and is co-located with nothing but
 * itself.
 */
public interface Placement {
  /** Up to here a range of integers is looked up key by key. */
  int SHORT_RANGE = 64;

  /**
   * The one shard that owns the key.
   *
   * @throws RoutingException {@link ErrorCode#BAD_PLACEMENT} when the placement has no shard for
   *     such a key, {@link ErrorCode#KEY_SHARED} when it has several
   */
  ShardId shardOf(Key key);

  /**
   * The same, for whoever knows the key's hash already.
   *
   * @param hash PostgreSQL's hash of the key
   */
  default ShardId shardOf(Key key, long hash) {
    return shardOf(key);
  }

  /**
   * Every shard on which rows of the key may lie: one, unless the placement {@linkplain #sharesKeys
   * shares keys}. Reads, updates and deletes of the key go to all of them.
   */
  default List<ShardId> ownersOf(Key key) {
    return List.of(shardOf(key));
  }

  /**
   * The owner that takes a new row of the key.
   *
   * @param draw any number, drawn for each statement: the owners of a shared key are to come up
   *     equally often
   */
  default ShardId ownerOfNew(Key key, long draw) {
    return shardOf(key);
  }

  /**
   * Whether some keys have several owners. Then equal keys do not prove that rows lie together: no
   * table is co-located with such a one, not even itself. It is always the same for a placement,
   * and for those that follow it under the same name.
   */
  default boolean sharesKeys() {
    return false;
  }

  /**
   * Why it cannot place the keys of a table that has these key columns; empty if it can. A column
   * whose type is not declared may be of any.
   */
  default Optional<String> misfit(List<KeyColumn> key) {
    return Optional.empty();
  }

  /** Every shard that may own a key, each once, in a fixed order. */
  List<ShardId> shards();

  /**
   * The shards that may own keys from {@code low} to {@code high}, both included; never fewer than
   * do, possibly more. Empty only when no key lies between.
   *
   * <p>Unless the placement orders keys, that is every shard, or for a short range of integers the
   * shards of each. Text has no range here: its order is that of the column's collation.
   *
   * @param low the least key, or null when there is no lower bound
   * @param high the greatest key, or null when there is no upper bound
   */
  default List<ShardId> shardsBetween(@Nullable Key low, @Nullable Key high) {
    if (low instanceof Key.OfLong least && high instanceof Key.OfLong greatest) {
      long distance = greatest.value() - least.value();
      if (greatest.value() < least.value()) {
        return List.of();
      }
      if (0 <= distance && distance < SHORT_RANGE) {
        return LongStream.rangeClosed(0, distance)
            .mapToObj(i -> ownersOf(Key.of(least.value() + i)))
            .flatMap(List::stream)
            .distinct()
            .toList();
      }
    }
    return shards();
  }

  /**
   * Which positions each shard owns, of PostgreSQL's or another hash or of {@link #positioning};
   * every position has one owner, or, where keys are listed, none. Empty for a placement that does
   * not place keys by positions alone.
   */
  default Optional<Map<ShardId, Positions>> positions() {
    return Optional.empty();
  }

  /**
   * How a key's position is found, whose owner owns the key. Empty where servers cannot find it, or
   * where positions do not say it.
   */
  default Optional<Positioning> positioning() {
    return Optional.empty();
  }

  /**
   * What a map says of a placement that lists keys by name, if no other key shares its position
   * with one of them. Empty where it does not, or where keys of different shards share one.
   */
  default Optional<MapDocument.Positioned> listed() {
    return Optional.empty();
  }

  /**
   * The owner of a position.
   *
   * @throws RoutingException {@link ErrorCode#USAGE} when keys do not lie by positions
   */
  default ShardId ownerAt(long position) {
    throw new RoutingException(ErrorCode.USAGE, "keys of " + describe() + " have no positions");
  }

  /**
   * The shards that may own keys whose position by PostgreSQL's hash lies in a range; never fewer
   * than do, possibly more. Unless the placement goes by these positions, that is every shard.
   */
  default List<ShardId> ownersWithin(PositionRange range) {
    return shards();
  }

  /** One line for {@code explain}, such as {@code ring of 4 shards by postgres hash}. */
  String describe();
}
