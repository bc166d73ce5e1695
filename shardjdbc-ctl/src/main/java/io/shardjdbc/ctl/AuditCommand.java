package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Misplaced;
import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Looks for rows that lie elsewhere. */
@Command(
    name = "audit",
    description = "Looks for rows that lie where they should not, on all shards.")
final class AuditCommand extends ShardCommand {

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Misplaced misplaced : mover.audit()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("shard", misplaced.shard());
      row.put("table", misplaced.table());
      row.put("rows", misplaced.rows());
      rows.add(row);
      answer.bad();
    }
    answer.table("misplaced", "each row is where it belongs", rows);
  }
}
