package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Finishes a move. */
@Command(
    name = "finish",
    description = "Deletes what has moved where it came from. The way back is closed then.")
final class FinishCommand extends ShardCommand {

  @Parameters(index = "0", paramLabel = "MOVE", description = "The number of the move.")
  private int move;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    mover.finish(move);
    answer.put("move", move);
    answer.say("done");
  }
}
