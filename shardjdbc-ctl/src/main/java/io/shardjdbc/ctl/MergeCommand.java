package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Merges a shard into another one. */
@Command(
    name = "merge",
    description = {
      "Gives all that a shard has to one other, and takes it out of the map.",
      "Each move is finished before the next one begins."
    })
final class MergeCommand extends ShardCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The shard that leaves.")
  private String shard = "";

  @Parameters(index = "1", paramLabel = "INTO", description = "The shard that gets all of it.")
  private String into = "";

  @Mixin private Pace pace = new Pace();

  @Option(
      names = "--dry-run",
      description = "Say what would move and what is in its way; do nothing.")
  private boolean dryRun;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    ShardId leaving = shards.shard(shard);
    ShardId heir = shards.shard(into);
    if (dryRun) {
      new Plan(mover, answer).show(mover.map(), new Reshaping(mover.map()).merge(leaving, heir));
      return;
    }
    shards.requireFree(leaving, mover.map());
    mover.waiting(pace.settings());
    mover.resume();
    mover.make(new Reshaping(mover.map()).merge(leaving, heir));
    mover.leave(leaving);
    answer.say("shard " + leaving + " is part of " + heir + " and has left the map");
  }
}
