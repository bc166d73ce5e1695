package io.shardjdbc.tests.program;

import io.shardjdbc.config.TransactionMode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Steps of several sessions, one after another.
 *
 * @param mode what transactions over shards may do
 */
record Program(long seed, int sessions, TransactionMode mode, List<Step> steps) {

  Program {
    steps = List.copyOf(steps);
  }

  Program with(List<Step> others) {
    return new Program(seed, sessions, mode, others);
  }

  /** Whether tables may come and go. */
  boolean defines() {
    return steps.stream().anyMatch(step -> step.text().contains("TABLE"));
  }

  @Override
  public String toString() {
    return "program %d, %d sessions, %s:%s"
        .formatted(
            seed,
            sessions,
            mode,
            steps.stream().map(s -> "\n  " + s).collect(Collectors.joining()));
  }
}
