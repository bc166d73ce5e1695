package io.shardjdbc.ctl;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.outcome.TransactionWait;
import io.shardjdbc.outcome.TransactionWait.Party;
import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists who waits for whom. */
@Command(
    name = "locks",
    description =
        "Lists who waits for whose lock on all shards, for how long, and what both are doing. A"
            + " transaction over several shards has one name on all of them.")
final class LocksCommand extends ShardCommand {

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    try (ShardDataSource dataSource = shards.onlyLooking()) {
      for (TransactionWait wait : dataSource.transactions().waits()) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("shard", wait.shard());
        row.put("waits", seconds(wait.lasts()));
        row.put("lock", wait.lock());
        put(row, "waiter", wait.waiter());
        put(row, "holder", wait.holder());
        rows.add(row);
      }
    }
    answer.table("waits", "nobody waits for a lock", rows);
  }

  private static void put(Map<String, Object> row, String side, Party party) {
    row.put(side, party.name());
    row.put(side + " process", party.process());
    row.put(side + " age", party.age().map(LocksCommand::seconds).orElse("unknown"));
    row.put(side + " does", party.summary().or(party::prepared).orElse("nothing"));
  }

  private static String seconds(Duration length) {
    return "%.1f s".formatted(length.toMillis() / 1000.0);
  }
}
