package io.shardjdbc.ctl;

import io.shardjdbc.reshard.engine.Resharding;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Carries moves on. */
@Command(
    name = "resume",
    description = "Carries on what was begun and not ended, in the direction in which it went.")
final class ResumeCommand extends ShardCommand {

  @Mixin private Pace pace = new Pace();

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    mover.waiting(pace.settings());
    mover.resume();
    answer.say("nothing is left to do");
  }
}
