package io.shardjdbc.ctl;

import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument.Positioned;
import io.shardjdbc.routing.Positioning;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists moves. */
@Command(name = "status", description = "Lists moves, and how far each is.")
final class StatusCommand extends ShardCommand {

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Map<String, Object>> copies = new ArrayList<>();
    boolean whole = true;
    Map<String, Positioned> placements = placements(mover);
    for (MoveStatus move : mover.moves()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("move", move.id());
      row.put("what", what(move.moving(), placements));
      row.put("step", move.step());
      row.put("phase", move.phase());
      row.put("attempts", move.attempts());
      row.put("changed", move.changed());
      rows.add(row);
      whole &= move.isAtRest();
      for (MoveStatus.Table table : move.tables()) {
        Map<String, Object> copy = new LinkedHashMap<>();
        copy.put("move", move.id());
        copy.put("table", table.name());
        copy.put("state", table.state());
        copy.put("rows", table.rows());
        copy.put("bytes", table.bytes());
        copies.add(copy);
      }
    }
    List<Map<String, Object>> closed = new ArrayList<>();
    mover
        .closed()
        .forEach(
            (shard, tables) -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("shard", shard);
              row.put("tables", String.join(", ", tables));
              closed.add(row);
            });
    whole &= closed.isEmpty();
    answer.table("moves", "nothing has moved", rows);
    answer.put("whole", whole);
    if (copies.isEmpty()) {
      answer.put("copies", copies);
    } else {
      answer.table("copies", "", copies);
    }
    if (closed.isEmpty()) {
      answer.put("closed", closed);
    } else {
      answer.table("closed", "", closed);
      answer.say("nobody can write to these: add or remove the shard once more");
    }
    List<Map<String, Object>> orphans = CleanCommand.rows(mover);
    if (orphans.isEmpty()) {
      answer.put("orphans", orphans);
    } else {
      answer.table("orphans", "", orphans);
      answer.say("these belong to no move, and keep log: clean --apply removes them");
    }
    answer.say(whole ? "whole" : "something is under way: resume it, or give it up");
  }

  /** There may be no map any more. */
  private static Map<String, Positioned> placements(Resharding mover) throws SQLException {
    return mover.moves().isEmpty() ? Map.of() : mover.map().placements();
  }

  private static Object what(Moving moving, Map<String, Positioned> placements) {
    Positioned placement = placements.get(moving.placement());
    if (placement == null || placement.by() == Positioning.HASH) {
      return moving;
    }
    String keys = placement.by().isOrdered() ? "keys " + moving.positions() : "a key";
    return "%s of %s from %s to %s"
        .formatted(keys, moving.placement(), moving.source(), moving.target());
  }
}
