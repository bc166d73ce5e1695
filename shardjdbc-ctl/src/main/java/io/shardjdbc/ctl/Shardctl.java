package io.shardjdbc.ctl;

import io.shardjdbc.routing.CodedError;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The program {@code shardctl}: shows the map, moves rows, and says how moves go on. */
@Command(
    name = "shardctl",
    mixinStandardHelpOptions = true,
    version = Shardctl.VERSION,
    description = "Moves rows between shards while everything runs, and shows who owns what.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InitCommand.class,
      MapCommand.class,
      AddCommand.class,
      RemoveCommand.class,
      MergeCommand.class,
      SplitCommand.class,
      AutosplitCommand.class,
      WeightsCommand.class,
      MoveCommand.class,
      StatusCommand.class,
      ResumeCommand.class,
      FinishCommand.class,
      AbortCommand.class,
      RollbackCommand.class,
      VerifyCommand.class,
      AuditCommand.class,
      RepairCommand.class,
      CleanCommand.class,
      LocksCommand.class,
      ProcessesCommand.class,
      EvictCommand.class,
      ServeCommand.class
    })
public final class Shardctl {

  static final String VERSION = "shardctl 0.1.0";

  Shardctl() {}

  /** Runs a command and ends the JVM: 0 when it was done, 1 when it was not, 2 for wrong use. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Runs a command in this JVM. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return commandLine().setOut(out).setErr(err).execute(args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Shardctl()).setExecutionExceptionHandler(Shardctl::failed);
  }

  private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
    if (command.getParseResult().hasMatchedOption("--json")) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("error", String.valueOf(failure.getMessage()));
      if (failure instanceof CodedError coded) {
        error.put("code", coded.code().code());
      }
      command.getOut().println(Json.of(error));
    } else {
      command.getErr().println("shardctl: " + failure.getMessage());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
