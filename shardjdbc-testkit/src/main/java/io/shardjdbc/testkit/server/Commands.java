package io.shardjdbc.testkit.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Short commands of the operating system. */
final class Commands {

  private Commands() {}

  /**
   * Runs a command to its end.
   *
   * @return whether it is known here and succeeded
   */
  static boolean tryRun(String... command) {
    return tryRun(Arrays.asList(command)).succeeded();
  }

  /** Runs a command to its end, and keeps what it says. */
  static Result tryRun(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return new Result(process.waitFor() == 0, output);
    } catch (IOException e) {
      return new Result(false, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(false, "");
    }
  }

  /** How a command ended, and what it wrote. */
  record Result(boolean succeeded, String output) {}
}
