package io.shardjdbc.testkit.server;

import java.util.ArrayList;
import java.util.List;

/** The signals that Java has no methods for. */
final class Signals {

  private Signals() {}

  /** Sends a signal to processes; those that have ended meanwhile are passed over. */
  static void send(String signal, List<ProcessHandle> processes) {
    if (System.getProperty("os.name", "").startsWith("Windows")) {
      throw new UnsupportedOperationException("Windows has no signals");
    }
    if (processes.isEmpty()) {
      return;
    }
    // The shell's own kill: a program of that name is not everywhere.
    List<String> command =
        new ArrayList<>(
            List.of("sh", "-c", "signal=$1; shift; kill -s \"$signal\" \"$@\"", "sh", signal));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    Commands.tryRun(command);
  }
}
