package io.shardjdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.transaction.LastLook;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Says whether a map may follow another one.
 *
 * <p>A plan outlives its map, so what is proved of a placement's name has to stay true; and what
 * lives on a shard by name does not move with the map.
 */
final class NextMap {

  private final RoutingConfiguration routing;
  private final LastLook lastLook;

  NextMap(RoutingConfiguration routing, LastLook lastLook) {
    this.routing = routing;
    this.lastLook = lastLook;
  }

  /**
   * Refuses a map that cannot follow.
   *
   * @throws SQLException naming what is in the way
   */
  void check(ShardMap before, ShardMap next) throws SQLException {
    for (String name : before.placements().keySet()) {
      Placement placement = next.placements().get(name);
      if (placement == null) {
        throw SqlErrors.of(ErrorCode.BAD_PLACEMENT, "the next map lacks placement " + name);
      }
      checkPlacement(name, before.placement(name), placement);
    }
    for (ShardId shard : before.shards()) {
      if (!next.shards().contains(shard)) {
        checkLeaving(shard, before, next);
      }
    }
  }

  /**
   * What a configuration alone has named, and the first map of the databases does not, was nobody's
   * yet: it may not even be reached.
   */
  private void checkLeaving(ShardId shard, ShardMap before, ShardMap next) throws SQLException {
    Optional<String> inhabitant = inhabitant(shard);
    if (inhabitant.isPresent()) {
      throw SqlErrors.of(ErrorCode.SHARD_INHABITED, shard.name(), inhabitant.get());
    }
    if (before.epoch().mapId().equals(next.epoch().mapId())) {
      lastLook.requireNothingPrepared(shard, before.shards());
    }
  }

  private void checkPlacement(String name, Placement before, Placement next) throws SQLException {
    if (before.sharesKeys() != next.sharesKeys()) {
      throw SqlErrors.of(
          ErrorCode.BAD_PLACEMENT,
          "placement " + name + " cannot begin or cease to give a key several owners");
    }
    for (Table table : routing.tables().values()) {
      if (table instanceof Table.Sharded sharded && routing.placementOf(sharded).equals(name)) {
        Optional<String> misfit = next.misfit(sharded.key());
        if (misfit.isPresent()) {
          throw SqlErrors.of(
              ErrorCode.BAD_PLACEMENT, "table " + table.displayName() + " " + misfit.get());
        }
      }
    }
  }

  /** What lives on a shard because the configuration says so. */
  private Optional<String> inhabitant(ShardId shard) throws SQLException {
    List<String> tables =
        routing.tables().values().stream()
            .filter(table -> table instanceof Table.Single single && single.shard().equals(shard))
            .map(Table::displayName)
            .sorted()
            .toList();
    if (!tables.isEmpty()) {
      return Optional.of("table " + String.join(", ", tables) + " lives there");
    }
    if (routing.needs(shard)) {
      return Optional.of("tables that are not declared live there, or their catalogue");
    }
    return shard.equals(routing.shards().get(0)) && lastLook.hasSequences(shard)
        ? Optional.of("sequences count there")
        : Optional.empty();
  }
}
