package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.Positioning;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Shows the map. */
@Command(
    name = "map",
    description = "Shows the map: how much of each placement each shard owns, or which keys.")
final class MapCommand extends ShardCommand {

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    answer.put("epoch", mover.epoch().number());
    answer.put("mapId", mover.epoch().mapId());
    answer.say(mover.epoch().toString());
    List<Map<String, Object>> rows = new ArrayList<>();
    mover
        .map()
        .placements()
        .forEach(
            (name, placement) ->
                placement
                    .owns()
                    .forEach(
                        (shard, positions) -> {
                          Map<String, Object> row = new LinkedHashMap<>();
                          row.put("placement", name);
                          row.put("shard", shard);
                          boolean hashed = placement.by() == Positioning.HASH;
                          row.put("percent", hashed ? positions.share() * 100 : "");
                          row.put("ranges", positions.ranges().size());
                          boolean inRanges = placement.by().isOrdered();
                          row.put("keys", inRanges ? positions.toString() : "");
                          rows.add(row);
                        }));
    answer.table("owners", "nothing is placed by it", rows);
  }
}
