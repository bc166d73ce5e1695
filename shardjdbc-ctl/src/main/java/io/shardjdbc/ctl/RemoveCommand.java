package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets a shard leave. */
@Command(
    name = "remove",
    description = {
      "Gives all that a shard has to the others, and takes it out of the map.",
      "Each move is finished before the next one begins."
    })
final class RemoveCommand extends MovingCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The shard that leaves.")
  private String shard = "";

  @Override
  void plan(Shards shards, Resharding mover, Plan plan) throws SQLException {
    plan.show(mover.map(), mover.reshaping(mover.map()).empty(shards.shard(shard)));
  }

  @Override
  void move(Shards shards, Resharding mover, Answer answer) throws SQLException {
    ShardId leaving = shards.shard(shard);
    shards.requireFree(leaving, mover.map());
    mover.resume();
    mover.make(mover.reshaping(mover.map()).empty(leaving));
    mover.leave(leaving);
    answer.say("shard " + leaving + " has left the map");
  }
}
