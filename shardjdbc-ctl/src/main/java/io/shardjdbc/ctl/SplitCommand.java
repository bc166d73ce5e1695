package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Splits a shard. */
@Command(
    name = "split",
    description = {
      "Gives half of what a shard has to another one, which may be a new one.",
      "With --table and --at: of a range of keys what lies from that key on.",
      "Each move is finished before the next one begins."
    })
final class SplitCommand extends MovingCommand {

  @Parameters(index = "0", paramLabel = "SHARD", description = "The shard that is too hot.")
  private String shard = "";

  @Parameters(index = "1", paramLabel = "TO", description = "The shard that gets half.")
  private String to = "";

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      description = "A table that is placed by ranges; with all that are placed alike.")
  private String table = "";

  @Option(
      names = "--at",
      paramLabel = "KEY",
      description = "The first key that the other shard gets, up to the end of its range.")
  private String at = "";

  @Override
  void plan(Shards shards, Resharding mover, Plan plan) throws SQLException {
    ShardId target = shards.shard(to);
    MapDocument joined = mover.map().with(target, shards.reach(target));
    plan.show(
        joined,
        moves(mover, joined, shards.shard(shard), target),
        mover.lookAhead(target, shards.copied()));
  }

  @Override
  void move(Shards shards, Resharding mover, Answer answer) throws SQLException {
    ShardId from = shards.shard(shard);
    ShardId target = shards.shard(to);
    mover.join(target, shards.reach(target), shards.copied());
    mover.make(moves(mover, mover.map(), from, target));
    answer.say((table.isEmpty() ? "half of " + from : "its part") + " is on " + target);
  }

  private List<Moving> moves(Resharding mover, MapDocument map, ShardId from, ShardId target)
      throws SQLException {
    if (table.isEmpty() && at.isEmpty()) {
      return mover.reshaping(map).split(from, target);
    }
    KeyRange range = KeyRange.of(mover, table, at);
    List<Moving> moves = new Reshaping(map).splitAt(range.placement(), range.first(), from, target);
    if (moves.isEmpty()) {
      throw new ReshardException(
          ErrorCode.MOVE_NOT_POSSIBLE, "shard " + from + " does not have the key");
    }
    return moves;
  }
}
