package io.shardjdbc.testkit.container;

import java.io.IOException;
import java.util.List;

/** Runs commands on a machine, as the user to whom its PostgreSQL server belongs. */
@FunctionalInterface
public interface Shell {

  /** Runs a command to its end. */
  Result run(List<String> command) throws IOException;

  /** How a command ended, and what it wrote to its standard output. */
  record Result(int exitCode, String output) {}
}
