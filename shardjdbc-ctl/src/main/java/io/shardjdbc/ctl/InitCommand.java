package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument;
import java.sql.SQLException;
import java.util.List;
import picocli.CommandLine.Command;

/** Makes the first map. */
@Command(
    name = "init",
    description = {
      "Installs the first map in the databases: of each position whose it is, as the configuration"
          + " says.",
      "Where there is a map already, it stays, and gets the tables that are new in the"
          + " configuration. Say it before processes use them."
    })
final class InitCommand extends ShardCommand {

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    MapDocument map = mover.install(shards.routing(), shards.reach());
    answer.put("placements", map.placements().keySet());
    answer.put("tables", map.tables().keySet());
    answer.say("tables under the map: " + String.join(", ", map.tables().keySet()));
    List<String> others = shards.outside(map);
    answer.put("outside", others);
    if (!others.isEmpty()) {
      answer.say(
          "their rows do not move, since they are placed otherwise: " + String.join(", ", others));
    }
  }
}
