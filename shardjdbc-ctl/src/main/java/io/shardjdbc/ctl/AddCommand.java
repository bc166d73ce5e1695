package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
final class AddCommand extends ShardCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The new shard.")
  private String shard = "";

  @Mixin private Pace pace = new Pace();

  @Option(
      names = "--dry-run",
      description = "Say what would move and what is in its way; do nothing.")
  private boolean dryRun;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    ShardId joining = shards.shard(shard);
    MapDocument.Reach reach = Objects.requireNonNull(shards.reach().get(joining));
    MapDocument joined = mover.map().with(joining, reach);
    if (dryRun) {
      new Plan(mover, answer)
          .show(
              joined,
              new Reshaping(joined).fill(joining),
              mover.lookAhead(joining, shards.copied()));
      return;
    }
    mover.waiting(pace.settings());
    mover.resume();
    mover.join(joining, reach, shards.copied());
    mover.make(new Reshaping(mover.map()).fill(joining));
    answer.say("shard " + joining + " has its part");
  }
}
