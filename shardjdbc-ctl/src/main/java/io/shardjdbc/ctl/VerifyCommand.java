package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Compares both sides. */
@Command(name = "verify", description = "Compares both sides of a move, while they are written.")
final class VerifyCommand extends ShardCommand {

  @Parameters(index = "0", paramLabel = "MOVE", description = "The number of the move.")
  private int move;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    String differences = mover.verify(move);
    answer.put("equal", differences.isEmpty());
    answer.put("differences", differences);
    answer.say(differences.isEmpty() ? "equal" : differences);
    if (!differences.isEmpty()) {
      answer.bad();
    }
  }
}
