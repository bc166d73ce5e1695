package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Splits a shard. */
@Command(
    name = "split",
    description = {
      "Gives half of what a shard has to another one, which may be a new one.",
      "Each move is finished before the next one begins."
    })
final class SplitCommand extends MovingCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The shard that is too hot.")
  private String shard = "";

  @Parameters(index = "1", paramLabel = "TO", description = "The shard that gets half.")
  private String to = "";

  @Override
  void plan(Shards shards, Resharding mover, Plan plan) throws SQLException {
    ShardId target = shards.shard(to);
    MapDocument joined = mover.map().with(target, shards.reach(target));
    plan.show(
        joined,
        mover.reshaping(joined).split(shards.shard(shard), target),
        mover.lookAhead(target, shards.copied()));
  }

  @Override
  void move(Shards shards, Resharding mover, Answer answer) throws SQLException {
    ShardId from = shards.shard(shard);
    ShardId target = shards.shard(to);
    mover.join(target, shards.reach(target), shards.copied());
    mover.make(mover.reshaping(mover.map()).split(from, target));
    answer.say("half of " + from + " is on " + target);
  }
}
