package io.shardjdbc.testkit.twin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How the statements of a corpus came out. */
final class Tally {

  private final List<String> differences = new ArrayList<>();
  private final Map<String, Integer> refusals = new TreeMap<>();
  private int equal;
  private int errors;
  private int undetermined;

  /** Counts what was answered, or refused. */
  void count(Verdict outcome, Trial trial) {
    if (!(outcome instanceof Verdict.Refused refusal)) {
      equal++;
    } else if (refusal.failsOnOne()) {
      errors++;
      show("refused, and an error on one: " + refusal.message());
    } else {
      refusals.merge(refusal.code(), 1, Integer::sum);
      show(refusal.message() + "\n  " + trial);
    }
  }

  void undetermined(Verdict.Different different) {
    undetermined++;
    show("undetermined: " + different.description());
  }

  void different(String what, Verdict.Different different) {
    differences.add(what + ": " + different.description());
  }

  private static void show(String what) {
    if (Boolean.getBoolean("shardjdbc.twin.show")) {
      System.out.println(what);
    }
  }

  void add(Tally other) {
    differences.addAll(other.differences);
    other.refusals.forEach((code, count) -> refusals.merge(code, count, Integer::sum));
    equal += other.equal;
    errors += other.errors;
    undetermined += other.undetermined;
  }

  List<String> differences() {
    return differences;
  }

  /** How many were answered alike, or are errors on both sides. */
  int answered() {
    return equal + errors;
  }

  @Override
  public String toString() {
    return "%d equal, %d errors on both sides, %d undetermined, %d different, refused %s"
        .formatted(equal, errors, undetermined, differences.size(), refusals);
  }
}
