package io.shardjdbc.ctl;

import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Moves a key. */
@Command(
    name = "move",
    description = {
      "Moves the rows of one key to another shard, in all tables that are placed alike.",
      "The way back stays open until finish."
    })
final class MoveCommand extends MovingCommand {

  @Parameters(
      index = "0",
      paramLabel = "TABLE",
      description = "A table that has the key, as the configuration names it.")
  private String table = "";

  @Parameters(
      index = "1..*",
      arity = "2..*",
      paramLabel = "KEY.. TO",
      hideParamSyntax = true,
      description =
          "The value of the key, or of each of its columns; and last the shard that gets it.")
  private List<String> keyAndShard = List.of();

  @Override
  void plan(Shards shards, Resharding mover, Plan plan) throws SQLException {
    plan.show(mover.map(), moves(shards, mover));
  }

  @Override
  void move(Shards shards, Resharding mover, Answer answer) throws SQLException {
    List<Moving> moves = moves(shards, mover);
    for (Moving moving : moves) {
      int move = mover.start(moving);
      answer.put("move", move);
      mover.run(move);
      answer.say("move " + move + " is settled: finish it, or take it back");
    }
    if (moves.isEmpty()) {
      answer.say("it is there");
    }
  }

  private List<Moving> moves(Shards shards, Resharding mover) throws SQLException {
    MapDocument map = mover.map();
    int last = keyAndShard.size() - 1;
    ShardId to = shards.shard(keyAndShard.get(last));
    long position = mover.position(table, keyAndShard.subList(0, last));
    String placement = Objects.requireNonNull(map.tables().get(table)).placement();
    return new Reshaping(map).position(placement, position, to);
  }
}
