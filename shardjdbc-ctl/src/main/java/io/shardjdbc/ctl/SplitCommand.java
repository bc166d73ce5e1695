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

/** Splits a shard. */
@Command(
    name = "split",
    description = {
      "Gives half of what a shard has to another one, which may be a new one.",
      "Each move is finished before the next one begins."
    })
final class SplitCommand extends ShardCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The shard that is too hot.")
  private String shard = "";

  @Parameters(index = "1", paramLabel = "TO", description = "The shard that gets half.")
  private String to = "";

  @Mixin private Pace pace = new Pace();

  @Option(
      names = "--dry-run",
      description = "Say what would move and what is in its way; do nothing.")
  private boolean dryRun;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    ShardId from = shards.shard(shard);
    ShardId target = shards.shard(to);
    MapDocument.Reach reach = Objects.requireNonNull(shards.reach().get(target));
    if (dryRun) {
      MapDocument joined = mover.map().with(target, reach);
      new Plan(mover, answer)
          .show(
              joined,
              new Reshaping(joined).split(from, target),
              mover.lookAhead(target, shards.copied()));
      return;
    }
    mover.waiting(pace.settings());
    mover.join(target, reach, shards.copied());
    mover.make(new Reshaping(mover.map()).split(from, target));
    answer.say("half of " + from + " is on " + target);
  }
}
