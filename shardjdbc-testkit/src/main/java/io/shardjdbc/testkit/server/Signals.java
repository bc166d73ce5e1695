package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** Whether a process has ended, even if nobody has buried it yet. */
  static boolean hasEnded(ProcessHandle process) {
    if (!process.isAlive()) {
      return true;
    }
    try {
      Path status = Path.of("/proc", Long.toString(process.pid()), "status");
      return Files.exists(status) && Files.readString(status).contains("State:\tZ");
    } catch (IOException e) {
      return true;
    }
  }
}
