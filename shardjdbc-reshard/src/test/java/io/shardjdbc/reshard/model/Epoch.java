package io.shardjdbc.reshard.model;

/** The maps of one move, in the order in which they come; the rows may be given back once. */
enum Epoch {
  BEFORE(0),
  OPEN(1),
  CLOSED(2),
  OPEN_AGAIN(3),
  CLOSED_AGAIN(4),
  MOVED(5),
  /** All has come that comes behind the flip. */
  ARRIVED(6),
  CLEAN(7);

  private static final Epoch[] ALL = values();

  private final int number;

  Epoch(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static Epoch of(int number) {
    return ALL[number];
  }

  /** Whether the rows are the target's. */
  boolean isMoved() {
    return compareTo(MOVED) >= 0;
  }

  /** Whether nobody may begin to touch the rows on the source's primary. */
  boolean holds() {
    return this == CLOSED || this == CLOSED_AGAIN;
  }

  /** Whether reads on the target leave the rows out. */
  boolean hidesOnTarget() {
    return this != BEFORE && !isMoved();
  }

  /** Whether reads on the source leave the rows out. */
  boolean hidesOnSource() {
    return isMoved();
  }

  boolean isBelow(Epoch other) {
    return compareTo(other) < 0;
  }
}
