package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets a shard join. */
@Command(
    name = "add",
    description = {
      "Gives a new shard its part from all others.",
      "The configuration has to say how it is reached, and it has to have the tables. Reference"
          + " tables are copied there; nobody can write to them meanwhile. Each move is finished"
          + " before the next one begins."
    })
final class AddCommand extends MovingCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The new shard.")
  private String shard = "";

  @Override
  void plan(Shards shards, Resharding mover, Plan plan) throws SQLException {
    ShardId joining = shards.shard(shard);
    MapDocument joined = mover.map().with(joining, shards.reach(joining));
    plan.show(
        joined, mover.reshaping(joined).fill(joining), mover.lookAhead(joining, shards.copied()));
  }

  @Override
  void move(Shards shards, Resharding mover, Answer answer) throws SQLException {
    ShardId joining = shards.shard(shard);
    mover.resume();
    mover.join(joining, shards.reach(joining), shards.copied());
    mover.make(mover.reshaping(mover.map()).fill(joining));
    answer.say("shard " + joining + " has its part");
  }
}
