package io.shardjdbc.tests.moment;

/**
 * Something that a history shows and a level excludes.
 *
 * @param what who did it with which lists
 */
record Anomaly(Kind kind, String what) {

  /**
   * The phenomena of A. Adya's thesis (1999), and what J. Kingsbury and P. Alvaro added to them.
   */
  enum Kind {
    /** Two transactions overwrite each other in different orders. */
    G0,
    /** A read shows what was rolled back. */
    G1A,
    /** A read shows what its writer had not finished. */
    G1B,
    /** Transactions that see each other, or see and overwrite, in a circle. */
    G1C,
    /** A read shows one part of a transaction, and misses another part or what came before it. */
    G_SINGLE,
    /** Two reads show two writes in different orders, each one of them alone. */
    LONG_FORK,
    /** Reads of one list do not agree on its order. */
    NO_ORDER,
    /** What was acknowledged before a read began is missing from it. */
    STALE
  }
}
