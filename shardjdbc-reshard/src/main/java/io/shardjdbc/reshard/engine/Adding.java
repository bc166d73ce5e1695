package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.MapStore.Stored;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapDocument.Placed;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes tables into a map that is there, which a configuration has and the map does not.
 *
 * <p>One that is placed as others are goes by their placement, whatever has moved since. What it
 * has of rows has to lie where that says.
 */
record Adding(Servers servers, MapStore store) {

  /**
   * The map with all tables.
   *
   * @param wanted the map that the configuration would make
   */
  MapDocument run(MapDocument wanted) throws SQLException {
    Stored stored = store.spread();
    MapDocument map = stored.document();
    Map<String, String> its = new HashMap<>();
    wanted
        .tables()
        .forEach(
            (table, placed) -> {
              Placed there = map.tables().get(table);
              if (there != null) {
                its.putIfAbsent(placed.placement(), there.placement());
              }
            });
    MapDocument next = map;
    for (Map.Entry<String, Placed> table : wanted.tables().entrySet()) {
      if (!map.tables().containsKey(table.getKey())) {
        next = with(next, table.getKey(), table.getValue(), wanted, its);
      }
    }
    if (next.equals(map)) {
      return map;
    }
    for (MoveStatus move : Progress.all(servers)) {
      if (move.step() != Step.DONE) {
        throw refused("move " + move.id() + " has not ended yet");
      }
    }
    MapStore.next(servers.kept(servers.shards().get(0)), stored, next);
    return store.spread().document();
  }

  private MapDocument with(
      MapDocument map, String table, Placed placed, MapDocument wanted, Map<String, String> its)
      throws SQLException {
    String placement = its.get(placed.placement());
    MapDocument next = map;
    if (placement == null) {
      placement = table;
      if (map.placements().containsKey(placement)) {
        throw refused("the map has another placement " + placement);
      }
      next = map.with(placement, wanted.placement(placed.placement()));
      its.put(placed.placement(), placement);
    }
    Positioned positioned = next.placement(placement);
    Optional<String> misfit = positioned.placement().misfit(key(placed));
    if (misfit.isPresent()) {
      throw refused("table " + table + " " + misfit.orElseThrow());
    }
    Placed there = new Placed(placement, placed.columns(), placed.types());
    MapDocument all = next.with(table, there);
    for (ShardId shard : all.shards().keySet()) {
      FirstRows.requireFound(servers.kept(shard), shard, table, there, all);
    }
    return all;
  }

  private static List<KeyColumn> key(Placed placed) {
    List<KeyColumn> key = new ArrayList<>();
    for (int i = 0; i < placed.columns().size(); i++) {
      key.add(new KeyColumn(placed.columns().get(i), Optional.of(placed.types().get(i))));
    }
    return key;
  }

  private static ReshardException refused(String why) {
    return new ReshardException(ErrorCode.MOVE_NOT_POSSIBLE, why);
  }
}
