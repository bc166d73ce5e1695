package io.shardjdbc.reshard.model;

import io.shardjdbc.reshard.Strategy;
import java.util.EnumSet;
import java.util.Set;

/** The protocol, with all its parts but those that were taken out. */
record Rules(Strategy strategy, Set<Part> without) {

  static Rules all(Strategy strategy) {
    return new Rules(strategy, EnumSet.noneOf(Part.class));
  }

  static Rules without(Part part) {
    return without(Strategy.REPLICATE, part);
  }

  static Rules without(Strategy strategy, Part part) {
    return new Rules(strategy, EnumSet.of(part));
  }

  /** Whether the target's server takes what is written by itself, and not the mover. */
  boolean replicates() {
    return strategy == Strategy.REPLICATE;
  }

  /** Whether the row comes behind the flip, by whoever needs it or by the mover. */
  boolean comes() {
    return strategy == Strategy.READ_THROUGH;
  }

  boolean has(Part part) {
    return !without.contains(part);
  }

  /** Without the trigger nobody takes the lock that goes with it. */
  boolean writersLock() {
    return has(Part.GUARD) && has(Part.LOCK_OF_WRITERS);
  }
}
