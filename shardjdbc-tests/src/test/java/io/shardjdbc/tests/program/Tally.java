package io.shardjdbc.tests.program;

import java.util.Map;
import java.util.TreeMap;

/** Counts what became of the steps. Not thread-safe. */
final class Tally {

  private final Map<String, Integer> refusals = new TreeMap<>();
  private int answered;
  private int failed;
  private int refused;

  void answered() {
    answered++;
  }

  void failed() {
    failed++;
  }

  void refused(String code) {
    refused++;
    refusals.merge(code, 1, Integer::sum);
  }

  /** Steps that were answered alike, or failed alike. */
  int alike() {
    return answered + failed;
  }

  int refused() {
    return refused;
  }

  @Override
  public String toString() {
    return "%d steps answered alike, %d failed alike, %d refused %s"
        .formatted(answered, failed, refused, refusals);
  }
}
