package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a shard leave. */
@Command(
    name = "remove",
    description = {
      "Gives all that a shard has to the others, and takes it out of the map.",
      "Each move is finished before the next one begins."
    })
final class RemoveCommand extends ShardCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The shard that leaves.")
  private String shard = "";

  @Mixin private Pace pace = new Pace();

  @Option(
      names = "--dry-run",
      description = "Say what would move and what is in its way; do nothing.")
  private boolean dryRun;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    ShardId leaving = shards.shard(shard);
    if (dryRun) {
      new Plan(mover, answer).show(mover.map(), new Reshaping(mover.map()).empty(leaving));
      return;
    }
    shards.requireFree(leaving, mover.map());
    mover.waiting(pace.settings());
    mover.resume();
    mover.make(new Reshaping(mover.map()).empty(leaving));
    mover.leave(leaving);
    answer.say("shard " + leaving + " has left the map");
  }
}
