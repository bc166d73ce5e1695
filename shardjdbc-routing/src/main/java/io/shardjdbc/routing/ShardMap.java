package io.shardjdbc.routing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which shards there are, and where keys live on them, at one epoch.
 *
 * <p>Plans name placements; a route is found by looking the names up in one map. So a plan outlives
 * the map it was first used with, and whoever uses one map for all parts of an execution sees each
 * row on one shard, once. Immutable and thread-safe.
 *
 * @param epoch when it is current
 * @param shards every shard, in the fixed order in which connections to them are taken
 * @param placements by the names that plans have for them: see {@link
 *     RoutingConfiguration#placements()}
 * @param moving what is special while rows move
 */
public record ShardMap(
    MapEpoch epoch, List<ShardId> shards, Map<String, Placement> placements, Moving moving) {

  /** The name of the placement of the library's own records, such as those of sagas, by uuid. */
  public static final String RECORDS = "shardjdbc.*";

  public ShardMap {
    shards = List.copyOf(shards);
    placements = Collections.unmodifiableMap(new LinkedHashMap<>(placements));
    ShardLists.check("the map", shards);
    for (Map.Entry<String, Placement> placement : placements.entrySet()) {
      for (ShardId shard : placement.getValue().shards()) {
        if (!shards.contains(shard)) {
          throw new RoutingException(
              ErrorCode.BAD_PLACEMENT,
              "placement " + placement.getKey() + " names shard " + shard + ", which is not there");
        }
      }
    }
  }

  /** A map of which nothing moves. */
  public ShardMap(MapEpoch epoch, List<ShardId> shards, Map<String, Placement> placements) {
    this(epoch, shards, placements, Moving.NOTHING);
  }

  /** What a configuration says, which does not change. */
  public static ShardMap of(RoutingConfiguration configuration) {
    List<ShardId> shards = configuration.shards();
    Map<String, Placement> placements = new LinkedHashMap<>(configuration.placements());
    placements.put(RECORDS, Placements.ring(shards));
    return new ShardMap(MapEpoch.STATIC, shards, placements);
  }

  /** The next epoch, with these shards, and with other placements under the names given here. */
  public ShardMap next(List<ShardId> nextShards, Map<String, Placement> changed) {
    Map<String, Placement> next = new LinkedHashMap<>(placements);
    next.putAll(changed);
    return new ShardMap(epoch.next(), nextShards, next);
  }

  /** The same with other things special about it. */
  public ShardMap with(Moving changed) {
    return new ShardMap(epoch, shards, placements, changed);
  }

  /**
   * The placement of a name.
   *
   * @throws RoutingException {@link ErrorCode#BAD_PLACEMENT} when the map has none
   */
  public Placement placement(String name) {
    Placement placement = placements.get(name);
    if (placement == null) {
      throw new RoutingException(ErrorCode.BAD_PLACEMENT, "the map has no placement " + name);
    }
    return placement;
  }

  /**
   * A shard that something else than a placement has named.
   *
   * @throws RoutingException {@link ErrorCode#BAD_PLACEMENT} when the map does not have it
   */
  public ShardId having(ShardId shard) {
    if (!shards.contains(shard)) {
      throw new RoutingException(ErrorCode.BAD_PLACEMENT, "the map has no shard " + shard);
    }
    return shard;
  }

  /** Whether there is one shard only, which has every row. */
  public boolean isAlone() {
    return shards.size() == 1;
  }

  /** The shard that answers what all would answer alike. */
  public ShardId first() {
    return shards.get(0);
  }

  @Override
  public String toString() {
    return epoch + " of " + shards.size() + " shards";
  }
}
