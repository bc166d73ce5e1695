package io.shardjdbc.ids;

import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * A ULID: 48 bits of milliseconds and 80 more, as 26 signs that sort as the bits do.
 *
 * <p>It is another spelling of 128 bits, so each UUID has one. {@link TimeUuids} makes what both
 * need; what comes of them has 74 random bits, for six say that it is a UUID of version 7.
 */
public record Ulid(UUID bits) implements Comparable<Ulid> {

  private static final String SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 26;
  private static final int[] VALUES = new int[128];

  static {
    Arrays.fill(VALUES, -1);
    for (int i = 0; i < SIGNS.length(); i++) {
      VALUES[SIGNS.charAt(i)] = i;
      VALUES[Character.toLowerCase(SIGNS.charAt(i))] = i;
    }
    // What people confuse, as Crockford's alphabet has it.
    VALUES['O'] = 0;
    VALUES['o'] = 0;
    VALUES['I'] = 1;
    VALUES['i'] = 1;
    VALUES['L'] = 1;
    VALUES['l'] = 1;
  }

  /**
   * Reads the 26 signs, in either case.
   *
   * @throws IllegalArgumentException if they are none, or stand for more than 128 bits
   */
  public static Ulid parse(String text) {
    if (text.length() != LENGTH) {
      throw new IllegalArgumentException("a ULID has 26 signs");
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < LENGTH; i++) {
      char sign = text.charAt(i);
      int value = sign < VALUES.length ? VALUES[sign] : -1;
      if (value < 0 || (i == 0 && value > 7)) {
        throw new IllegalArgumentException("sign " + (i + 1) + " of the ULID cannot stand there");
      }
      high = high << 5 | low >>> 59;
      low = low << 5 | value;
    }
    return new Ulid(new UUID(high, low));
  }

  /** When it was made, by the clock of who made it. */
  public Instant time() {
    return Instant.ofEpochMilli(bits.getMostSignificantBits() >>> 16);
  }

  /** In the order of the signs, which is that of the server's for uuid. */
  @Override
  public int compareTo(Ulid other) {
    int high =
        Long.compareUnsigned(bits.getMostSignificantBits(), other.bits.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(
            bits.getLeastSignificantBits(), other.bits.getLeastSignificantBits());
  }

  /** The 26 signs. */
  @Override
  public String toString() {
    char[] signs = new char[LENGTH];
    long high = bits.getMostSignificantBits();
    long low = bits.getLeastSignificantBits();
    for (int i = LENGTH - 1; i >= 0; i--) {
      signs[i] = SIGNS.charAt((int) (low & 31));
      low = low >>> 5 | high << 59;
      high >>>= 5;
    }
    return new String(signs);
  }
}
