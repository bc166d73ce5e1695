package io.shardjdbc.ctl;

import io.shardjdbc.reshard.ProcessStatus;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists processes. */
@Command(
    name = "processes",
    description =
        "Lists the processes that have sessions on the shards, and the epochs that they have"
            + " acknowledged.")
final class ProcessesCommand extends ShardCommand {

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (ShardId shard : mover.map().shards().keySet()) {
      for (ProcessStatus process : mover.processes(shard)) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("shard", shard);
        row.put("slot", process.slot());
        row.put("name", process.name());
        row.put("installed", process.installed());
        row.put("quiesced", process.quiesced());
        row.put("replica", process.onReplica());
        rows.add(row);
      }
    }
    answer.table("processes", "no process goes by the map", rows);
  }
}
