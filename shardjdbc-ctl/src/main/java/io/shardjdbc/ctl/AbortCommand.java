package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Gives a move up. */
@Command(name = "abort", description = "Gives a move up before its flip. Nothing of it is left.")
final class AbortCommand extends ShardCommand {

  @Parameters(index = "0", paramLabel = "MOVE", description = "The number of the move.")
  private int move;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    mover.abort(move);
    answer.put("move", move);
    answer.say("done");
  }
}
