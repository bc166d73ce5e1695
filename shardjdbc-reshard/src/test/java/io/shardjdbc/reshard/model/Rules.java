package io.shardjdbc.reshard.model;

import java.util.EnumSet;
import java.util.Set;

/** The protocol, with all its parts but those that were taken out. */
record Rules(Set<Part> without) {

  static Rules all() {
    return new Rules(EnumSet.noneOf(Part.class));
  }

  static Rules without(Part part) {
    return new Rules(EnumSet.of(part));
  }

  boolean has(Part part) {
    return !without.contains(part);
  }

  /** Without the trigger nobody takes the lock that goes with it. */
  boolean writersLock() {
    return has(Part.GUARD) && has(Part.LOCK_OF_WRITERS);
  }
}
