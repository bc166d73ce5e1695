package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Ends sessions. */
@Command(
    name = "evict",
    description = "Ends all sessions of a process on a shard, because it does not acknowledge.")
final class EvictCommand extends ShardCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The shard.")
  private String shard = "";

  @Parameters(
      index = "1",
      paramLabel = "SLOT",
      description = "The number of the process there, as processes lists it.")
  private long slot;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    int ended = mover.evict(shards.shard(shard), slot);
    answer.put("sessions", ended);
    answer.say(ended + " sessions ended");
  }
}
