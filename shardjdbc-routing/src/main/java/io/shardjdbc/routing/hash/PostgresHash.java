package io.shardjdbc.routing.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;

/**
 * PostgreSQL's 64-bit hash functions with seed 0, bit for bit as the server computes them.
 *
 * <p>The server hashes with Bob Jenkins' lookup3 ({@code hash_bytes_extended} and {@code
 * hash_uint32_extended} in {@code src/common/hashfn.c}), started with a constant that counts the
 * length in, and keeps two of the three 32-bit words: {@code b} above {@code c}. An integer is
 * first folded from 64 to 32 bits ({@code hashint8extended} in {@code
 * src/backend/access/hash/hashfunc.c}), so that the same number hashes alike as {@code int2},
 * {@code int4} and {@code int8}. The price is that different bigints share a hash more often than
 * 64 bits suggest: a fine placement, no fingerprint.
 *
 * <p>The server reads words in its own byte order; this class reads them little-endian, as every
 * platform does that PostgreSQL is commonly run on (x86-64, arm64).
 */
public final class PostgresHash {
  /** The golden ratio, plus the constant by which the server departs from the published lookup3. */
  private static final int START = 0x9e3779b9 + 3923095;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);

  private PostgresHash() {}

  /** {@code hashint8extended(value, 0)}; allocates nothing. */
  public static long ofInteger(long value) {
    int high = (int) (value >>> 32);
    int folded = (int) value ^ (value >= 0 ? high : ~high);
    int start = START + Integer.BYTES;
    return finish(start + folded, start, start);
  }

  /** {@code hashtextextended(text, 0)} in a UTF-8 database under a deterministic collation. */
  public static long ofText(String text) {
    return ofBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code uuid_hash_extended(uuid, 0)} of the uuid with these two halves. */
  public static long ofUuid(long mostSignificant, long leastSignificant) {
    byte[] bytes = new byte[2 * Long.BYTES];
    LONGS.set(bytes, 0, mostSignificant);
    LONGS.set(bytes, Long.BYTES, leastSignificant);
    return ofBytes(bytes);
  }

  /** {@code hashint4extended(date - '2000-01-01', 0)}, as a date is hashed. */
  public static long ofDate(LocalDate date) {
    return ofInteger(EPOCH.until(date, ChronoUnit.DAYS));
  }

  /** {@code timestamp_hash_extended(timestamp, 0)}: of the microseconds since 2000. */
  public static long ofTimestamp(LocalDateTime timestamp) {
    return ofInteger(EPOCH.atStartOfDay().until(timestamp, ChronoUnit.MICROS));
  }

  /**
   * {@code hash_numeric_extended(number, 0)}.
   *
   * <p>A numeric is held as digits of base 10,000 with the weight of the first one; the digits are
   * hashed without zeros at either end, and the weight, but not the sign ({@code
   * src/backend/utils/adt/numeric.c}).
   */
  public static long ofNumeric(BigDecimal number) {
    if (number.signum() == 0) {
      return -1;
    }
    BigDecimal plain = number.abs().stripTrailingZeros();
    int behindPoint = -Math.floorDiv(-plain.scale(), 4);
    String digits = plain.scaleByPowerOfTen(4 * behindPoint).toBigIntegerExact().toString();
    String padded = "0".repeat(Math.floorMod(-digits.length(), 4)) + digits;
    int count = padded.length() / 4;
    int weight = count - 1 - behindPoint;
    int hashed = count;
    while (padded.startsWith("0000", 4 * (hashed - 1))) {
      hashed--;
    }
    byte[] words = new byte[2 * hashed];
    for (int i = 0; i < hashed; i++) {
      int digit = Integer.parseInt(padded.substring(4 * i, 4 * i + 4));
      words[2 * i] = (byte) digit;
      words[2 * i + 1] = (byte) (digit >> Byte.SIZE);
    }
    return ofBytes(words) ^ weight;
  }

  /** {@code hash_any_extended(bytes, length, 0)}. */
  static long ofBytes(byte[] bytes) {
    int a = START + bytes.length;
    int b = a;
    int c = a;
    int at = 0;
    for (; bytes.length - at >= 12; at += 12) {
      a += (int) INTS.get(bytes, at);
      b += (int) INTS.get(bytes, at + 4);
      c += (int) INTS.get(bytes, at + 8);
      a = (a - c) ^ Integer.rotateLeft(c, 4);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 6);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 8);
      b += a;
      a = (a - c) ^ Integer.rotateLeft(c, 16);
      c += b;
      b = (b - a) ^ Integer.rotateLeft(a, 19);
      a += c;
      c = (c - b) ^ Integer.rotateLeft(b, 4);
      b += a;
    }
    // The lowest byte of c is the length's, so its tail bytes start one byte up.
    return finish(
        a + tail(bytes, at), b + tail(bytes, at + 4), c + (tail(bytes, at + 8) << Byte.SIZE));
  }

  /** Up to four bytes from {@code from} on, the first one lowest; absent ones are zero. */
  private static int tail(byte[] bytes, int from) {
    int word = 0;
    for (int i = Math.min(bytes.length, from + Integer.BYTES) - 1; i >= from; i--) {
      word = word << Byte.SIZE | (bytes[i] & 0xff);
    }
    return word;
  }

  private static long finish(int a, int b, int c) {
    c = (c ^ b) - Integer.rotateLeft(b, 14);
    a = (a ^ c) - Integer.rotateLeft(c, 11);
    b = (b ^ a) - Integer.rotateLeft(a, 25);
    c = (c ^ b) - Integer.rotateLeft(b, 16);
    a = (a ^ c) - Integer.rotateLeft(c, 4);
    b = (b ^ a) - Integer.rotateLeft(a, 14);
    c = (c ^ b) - Integer.rotateLeft(b, 24);
    return (long) b << Integer.SIZE | Integer.toUnsignedLong(c);
  }
}
