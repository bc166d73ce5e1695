package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.Orphan;
import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes away what moves have left that are there no more. */
@Command(
    name = "clean",
    description = {
      "Removes subscriptions, replication slots and publications of moves that are there no more.",
      "Says what it would remove, and does it with --apply. What a move uses stays."
    })
final class CleanCommand extends ShardCommand {
  private static final String NOTHING = "nothing was left by moves";

  @Option(names = "--apply", description = "Do it.")
  private boolean apply;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    if (!apply) {
      List<Map<String, Object>> rows = rows(mover);
      answer.table("orphans", NOTHING, rows);
      if (!rows.isEmpty()) {
        answer.say("clean --apply removes them");
      }
      return;
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Finding finding : mover.removeOrphans()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("removed", !finding.blocks());
      row.put("what", finding.what());
      rows.add(row);
      if (finding.blocks()) {
        answer.bad();
      }
    }
    answer.table("cleaned", NOTHING, rows);
  }

  /** What was left, for whoever shows it. */
  static List<Map<String, Object>> rows(Resharding mover) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Orphan orphan : mover.orphans()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("shard", orphan.shard());
      row.put("kind", orphan.kind());
      row.put("name", orphan.name());
      row.put("keptLog", orphan.keptLog());
      rows.add(row);
    }
    return rows;
  }
}
