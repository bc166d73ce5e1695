package io.shardjdbc.transaction;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Makes uuids of version 7: the time in milliseconds, then 74 random bits.
 *
 * <p>Neighbours in time are neighbours in the decisions' index, which therefore grows at its end
 * and is cleaned at its beginning.
 */
final class TransactionIds {

  private static final long VERSION = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final SecureRandom random = new SecureRandom();

  /**
   * The next one.
   *
   * @param millis the time by the clock of the server that will decide: ids are compared with those
   *     that its other coordinators make, and these processes' clocks may differ by hours
   */
  UUID next(long millis) {
    long high = millis << 16 | VERSION | random.nextInt(1 << 12);
    long low = VARIANT | random.nextLong() >>> 2;
    return new UUID(high, low);
  }

  /** The time that an id was made with. */
  static long millis(UUID id) {
    return id.getMostSignificantBits() >>> 16;
  }
}
