package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import picocli.CommandLine.Command;

/** Carries moves on. */
@Command(
    name = "resume",
    description = "Carries on what was begun and not ended, in the direction in which it went.")
final class ResumeCommand extends ShardCommand {

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    mover.resume();
    answer.say("nothing is left to do");
  }
}
