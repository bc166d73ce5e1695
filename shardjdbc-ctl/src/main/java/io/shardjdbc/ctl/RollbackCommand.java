package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes a move back. */
@Command(name = "rollback", description = "Takes a settled move back, without a new copy.")
final class RollbackCommand extends ShardCommand {

  @Parameters(index = "0", paramLabel = "MOVE", description = "The number of the move.")
  private int move;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    mover.rollBack(move);
    answer.put("move", move);
    answer.say("done");
  }
}
