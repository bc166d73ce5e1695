package io.shardjdbc.tests.fault;

import java.util.EnumMap;
import java.util.Map;

/** How often callers were told what. */
final class Tally {

  private int programs;
  private final Map<Told, Integer> counts = new EnumMap<>(Told.class);

  synchronized void add(Told told) {
    counts.merge(told, 1, Integer::sum);
  }

  synchronized void endOfProgram() {
    programs++;
  }

  synchronized int programs() {
    return programs;
  }

  synchronized int of(Told told) {
    return counts.getOrDefault(told, 0);
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
