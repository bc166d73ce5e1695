package io.shardjdbc;

import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Positioning;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the map says by which a DataSource routes now: when it became current, and how much each
 * shard owns.
 *
 * @param moving whether it says that rows move
 * @param owns for each placement by positions, how much of them each shard owns, from 0 to 1
 */
public record MapShares(MapEpoch epoch, boolean moving, Map<String, Map<ShardId, Double>> owns) {

  /**
   * Of a DataSource; no server is asked.
   *
   * @throws SQLException if it is not one of this library's
   */
  public static MapShares of(ShardDataSource dataSource) throws SQLException {
    ShardMap map = dataSource.unwrap(CurrentMap.class).get();
    Map<String, Map<ShardId, Double>> owns = new LinkedHashMap<>();
    map.placements()
        .forEach(
            (name, placement) ->
                placement
                    .positions()
                    .filter(positions -> isHashed(placement))
                    .ifPresent(
                        positions -> {
                          Map<ShardId, Double> shares = new LinkedHashMap<>();
                          for (ShardId shard : map.shards()) {
                            shares.put(
                                shard, positions.getOrDefault(shard, Positions.NONE).share());
                          }
                          owns.put(name, shares);
                        }));
    return new MapShares(map.epoch(), map.moving().isUnderWay(), owns);
  }

  /** How many of all integers, or of single keys, a shard owns says nothing of its rows. */
  private static boolean isHashed(Placement placement) {
    return placement.positioning().orElse(Positioning.HASH) == Positioning.HASH;
  }
}
