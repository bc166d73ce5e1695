package io.shardjdbc.tests.program;

import io.shardjdbc.config.TransactionMode;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Steps of several sessions, one after another.
 *
 * @param mode what transactions over shards may do
 */
record Program(long seed, int sessions, TransactionMode mode, List<Step> steps) {

  private static final Pattern STATE =
      Pattern.compile(
          "(?i)set|role|schema|isolation|read-only|discard|config|lock|listen|noisy|local_|leave_"
              + "|path|do \\$|temp|prepare|cursor|open|savepoint|back");

  Program {
    steps = List.copyOf(steps);
  }

  Program with(List<Step> others) {
    return new Program(seed, sessions, mode, others);
  }

  /** Whether tables may come and go. */
  boolean defines() {
    return steps.stream().anyMatch(step -> step.text().contains("made"));
  }

  /** Whether any session may have other settings, locks or channels than a fresh one. */
  boolean leavesState() {
    return steps.stream().anyMatch(step -> STATE.matcher(step.text()).find());
  }

  /** Whether any session may hold an advisory lock. */
  boolean locks() {
    return steps.stream().anyMatch(step -> step.text().contains("lock("));
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
