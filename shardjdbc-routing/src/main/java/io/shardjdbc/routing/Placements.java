package io.shardjdbc.routing;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The placements that come with the library.
 *
 * <p>{@link #ring} is the default and right for most: even, and few rows move when shards change.
 * The others serve data that is already placed some way, or keys that must stay somewhere by law or
 * by contract. All but ranges take composite keys; all are immutable and equal by content.
 */
public final class Placements {
  private Placements() {}

  /** A ring with the defaults of {@link HashRing#builder}; build a {@link HashRing} for others. */
  public static HashRing ring(List<ShardId> shards) {
    return HashRing.builder().shards(shards).build();
  }

  /**
   * The shard at place {@code key mod n} of the list, the remainder never being negative; keys that
   * are not integers by the remainder of their PostgreSQL hash. Almost every row moves when the
   * number of shards changes.
   */
  public static Placement modulo(List<ShardId> shards) {
    return new ModuloPlacement(shards);
  }

  /**
   * Ranges of keys: a key belongs to the least bound that is greater than it.
   *
   * <p>Integers are ordered as numbers, uuids as PostgreSQL orders them, text by its bytes in UTF-8
   * (the C collation).
   *
   * @param below upper bounds, themselves excluded, and the shards of the keys below; all of one
   *     type, no composites
   * @param rest the shard of the keys that lie below no bound
   */
  public static Placement range(Map<Key, ShardId> below, ShardId rest) {
    return new RangePlacement(below, rest);
  }

  /** Each key's shard by name; a key that is not listed is refused. */
  public static Placement directory(Map<Key, ShardId> entries) {
    return new DirectoryPlacement(entries, null);
  }

  /**
   * Each key's shard by name.
   *
   * @param rest the shard of the keys that are not listed
   */
  public static Placement directory(Map<Key, ShardId> entries, ShardId rest) {
    return new DirectoryPlacement(entries, rest);
  }

  /**
   * Some keys on shards of their own, such as the largest tenants, all others by another placement.
   */
  public static Placement tiered(Map<Key, ShardId> named, Placement rest) {
    return new TieredPlacement(named, rest);
  }

  /**
   * A ring on which some hot keys have several owners: the first shards from the key on, as {@link
   * HashRing#get(Key, int)} gives them. New rows of such a key go to each in turn by chance; reads,
   * updates and deletes of it to all.
   *
   * @param hot the keys with several owners
   * @param over how many owners each has; from 2 to the ring's number of shards
   */
  public static Placement salted(Collection<Key> hot, int over, HashRing ring) {
    return new SaltedPlacement(hot, over, ring);
  }

  /**
   * A placement for each region, for composite keys whose first column names it: {@code (region,
   * user_id)}. The region's placement sees the other columns. A region that is not listed is
   * refused.
   */
  public static Placement regional(Map<Key, Placement> regions) {
    return new RegionalPlacement(regions);
  }

  /**
   * Which positions of PostgreSQL's hash each shard owns: what a ring is after rows have moved.
   *
   * @param owned disjoint sets that are all positions together
   */
  public static Placement positions(Map<ShardId, Positions> owned) {
    return new PositionPlacement(Positioning.HASH, owned);
  }

  /**
   * Which integers each shard owns: what ranges and directories of integers are after rows have
   * moved.
   *
   * @param owned disjoint sets that are all integers together
   */
  public static Placement integers(Map<ShardId, Positions> owned) {
    return new PositionPlacement(Positioning.VALUE, owned);
  }
}
