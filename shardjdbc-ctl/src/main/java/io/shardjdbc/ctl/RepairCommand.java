package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Misplaced;
import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Brings rows where they belong. */
@Command(
    name = "repair",
    description = {
      "Brings rows that lie where they should not to the shard that owns them.",
      "Says what it would bring, and does it with --apply. Where the owner has another row of the"
          + " same key, nothing is changed."
    })
final class RepairCommand extends ShardCommand {

  @Option(names = "--apply", description = "Do it.")
  private boolean apply;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    if (apply) {
      for (Finding finding : mover.repair()) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("done", !finding.blocks());
        row.put("what", finding.what());
        rows.add(row);
        if (finding.blocks()) {
          answer.bad();
        }
      }
      answer.table("repaired", "each row is where it belongs", rows);
      return;
    }
    for (Misplaced misplaced : mover.audit()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("shard", misplaced.shard());
      row.put("table", misplaced.table());
      row.put("rows", misplaced.rows());
      rows.add(row);
    }
    answer.table("misplaced", "each row is where it belongs", rows);
    if (!rows.isEmpty()) {
      answer.say("repair --apply brings them to the shards that own them");
    }
  }
}
