package io.shardjdbc.ctl;

import io.shardjdbc.reshard.CopyProgress;
import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.engine.Resharding;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command over the shards of a configuration. */
@Command(mixinStandardHelpOptions = true, version = Shardctl.VERSION)
abstract class ShardCommand implements Callable<Integer> {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      defaultValue = "shardjdbc.yaml",
      description = "The application's configuration (default: ${DEFAULT-VALUE}).")
  private Path config = Path.of("shardjdbc.yaml");

  @Option(names = "--json", description = "Answer in JSON, for programs.")
  private boolean json;

  @Option(
      names = "--take-over",
      description =
          "End the sessions of another mover that does not answer, and go on in its place.")
  private boolean takeOver;

  @Spec private @Nullable CommandSpec spec;

  /** Does it. */
  abstract void run(Shards shards, Resharding mover, Answer answer) throws SQLException;

  @Override
  public final Integer call() throws SQLException {
    Shards shards = Shards.of(config);
    Answer answer = new Answer(out(), json);
    try (Resharding mover = shards.mover()) {
      if (takeOver) {
        mover.takeOver();
      }
      mover.telling(new Telling(answer));
      run(shards, mover, answer);
    }
    answer.end();
    return answer.isGood() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private PrintWriter out() {
    if (spec == null) {
      throw new IllegalStateException("a command runs by its command line");
    }
    return spec.commandLine().getOut();
  }

  /** Says what a mover does while it does it. */
  private record Telling(Answer answer) implements MoveListener {

    @Override
    public void onStep(int move, Step step) {
      answer.say("move " + move + ": " + step.inWords());
    }

    @Override
    public void onProgress(int move, Step step, String what) {
      answer.say("  " + what);
    }

    @Override
    public void onCopy(int move, CopyProgress progress) {
      answer.say("  " + Copied.line(progress));
    }

    @Override
    public void onBlocked(int move, String why) {
      answer.say("  not yet: " + why);
    }
  }
}
