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

  UUID next() {
    long high = System.currentTimeMillis() << 16 | VERSION | random.nextInt(1 << 12);
    long low = VARIANT | random.nextLong() >>> 2;
    return new UUID(high, low);
  }
}
