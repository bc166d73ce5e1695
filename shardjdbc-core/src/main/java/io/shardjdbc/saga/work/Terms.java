package io.shardjdbc.saga.work;

import java.util.UUID;

/**
 * Tells one saga of a key from the next one of the same key.
 *
 * <p>The epoch of a saga's lease is counted up at each take-over. Its upper bits, the term, are
 * drawn when the saga is begun and stay; so every row of the journal says to which saga of a key it
 * belongs. Whoever forgets an ended saga deletes the rows of its term, and a process that was held
 * up in the middle of that does not reach those of the key's next saga.
 */
public final class Terms {

  /** Take-overs for which there is room below: one a minute for 30 years. */
  private static final int BITS = 24;

  /** In SQL. */
  public static final String OF_EPOCH = "epoch >> " + BITS;

  private Terms() {}

  /** The epoch of a new saga that nobody has leased yet. */
  public static long drawn() {
    return (UUID.randomUUID().getLeastSignificantBits() >>> (BITS + 2)) << BITS;
  }

  public static long of(long epoch) {
    return epoch >> BITS;
  }
}
