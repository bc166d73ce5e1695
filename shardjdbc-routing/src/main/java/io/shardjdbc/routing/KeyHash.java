package io.shardjdbc.routing;

/**
 * A hash of shard keys to signed 64-bit positions.
 *
 * <p>Pure, immutable and thread-safe. Positions are a wire format: rows are placed by them. An own
 * hash may be a lambda; rings are equal, and their tables co-located, only when they share the very
 * instance.
 */
@FunctionalInterface
public interface KeyHash {

  /** The position of the key. */
  long of(Key key);

  /**
   * PostgreSQL's own: {@code hashint8extended(key, 0)} of integers, {@code hashtextextended(key,
   * 0)} of text and of the text of composite keys, and of other types what {@link KeyType#hashOf}
   * says. Each shard can compute it too, which is why it is the default.
   */
  static KeyHash postgres() {
    return StandardHash.POSTGRES;
  }

  /**
   * The first 64 bits of Murmur3 (x64, 128 bits, seed 0) over the key's {@linkplain Key#text()
   * text} in UTF-8; {@code Hashing.murmur3_128().hashString(text, UTF_8).asLong()} in Guava's
   * terms.
   */
  static KeyHash murmur3() {
    return StandardHash.MURMUR3;
  }

  /**
   * The first eight bytes of MD5 over the key's {@linkplain Key#text() text} in UTF-8, big-endian;
   * {@code ('x' || left(md5(key::text), 16))::bit(64)::bigint} in PostgreSQL's terms.
   */
  static KeyHash md5() {
    return StandardHash.MD5;
  }
}
