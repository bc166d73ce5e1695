package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Merges a shard into another one. */
@Command(
    name = "merge",
    description = {
      "Gives all that a shard has to one other, and takes it out of the map.",
      "Each move is finished before the next one begins."
    })
final class MergeCommand extends MovingCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The shard that leaves.")
  private String shard = "";

  @Parameters(index = "1", paramLabel = "INTO", description = "The shard that gets all of it.")
  private String into = "";

  @Override
  void plan(Shards shards, Resharding mover, Plan plan) throws SQLException {
    plan.show(
        mover.map(), mover.reshaping(mover.map()).merge(shards.shard(shard), shards.shard(into)));
  }

  @Override
  void move(Shards shards, Resharding mover, Answer answer) throws SQLException {
    ShardId leaving = shards.shard(shard);
    ShardId heir = shards.shard(into);
    shards.requireFree(leaving, mover.map());
    mover.resume();
    mover.make(mover.reshaping(mover.map()).merge(leaving, heir));
    mover.leave(leaving);
    answer.say("shard " + leaving + " is part of " + heir + " and has left the map");
  }
}
