package io.shardjdbc.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** {@code docs/shardctl.md} says what the commands say of themselves. */
class ShardctlPageTest {
  private static final Path PAGE = Path.of("..", "docs", "shardctl.md");

  private static final String INTRODUCTION =
      """
      # shardctl

      `shardctl` moves rows between shards while everything runs. It reads the configuration of the application, which
      says how shards are reached. Who owns what is in the databases. [Moving rows](resharding.md) tells what happens
      behind each command, and what to do when something goes wrong.

      Run it with the jars of `shardjdbc-ctl` and all that it needs on the class path:
      `java -cp 'lib/*' io.shardjdbc.ctl.Shardctl status`. It ends with 0 when the command was done and all is well,
      with 1 when it was not, or when `verify`, `audit` or a dry run has found something, and with 2 for wrong use.
      """;

  @Test
  void thePageIsWhatTheCommandsSay() throws IOException {
    StringBuilder page = new StringBuilder(INTRODUCTION);
    Shardctl.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) ->
                page.append("\n## ")
                    .append(name)
                    .append("\n\n```\n")
                    .append(usage(command))
                    .append("```\n"));
    if (Boolean.getBoolean("shardjdbc.generate")) {
      Files.writeString(PAGE, page.toString());
    }

    assertThat(PAGE)
        .as("run the test with -Dshardjdbc.generate=true to write it anew")
        .hasContent(page.toString());
  }

  @Test
  void eachCommandTakesTheSameOptions() {
    for (CommandLine command : Shardctl.commandLine().getSubcommands().values()) {
      List<String> options =
          command.getCommandSpec().options().stream().map(option -> option.longestName()).toList();
      assertThat(options).contains("--config", "--json", "--take-over", "--help");
    }
  }

  private static String usage(CommandLine command) {
    return command
        .setUsageHelpWidth(110)
        .getUsageMessage(Ansi.OFF)
        .replaceAll("(?m) +$", "")
        .replace("\r\n", "\n");
  }
}
