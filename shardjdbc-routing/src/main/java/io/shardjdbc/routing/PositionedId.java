package io.shardjdbc.routing;

/**
 * An id that carries the ring position of its row's shard key, so that the row is found by its id
 * alone.
 *
 * <p>Its last 16 bits are the first 16 bits of the key's position. The other bits are a number that
 * no other row has. A shard that owns none of the positions that begin with these bits has no row
 * of this id. The idea of an id that names its shard is Instagram's (<a
 * href="https://instagram-engineering.com/sharding-ids-at-instagram-1cf5a71e5a5c">Sharding and IDs
 * at Instagram</a>, 2012); a position instead of a shard's number stays true when rows move.
 *
 * <p>What an id says is believed only where every shard has the {@link #check} that makes it so.
 */
public final class PositionedId {

  /** How many bits of the position it carries. */
  public static final int BITS = 16;

  private static final long MASK = (1L << BITS) - 1;
  private static final int SHIFT = Long.SIZE - BITS;
  private static final long MOST = Long.MAX_VALUE >>> BITS;

  private PositionedId() {}

  /**
   * The id of a number for a row whose key lies at a position.
   *
   * @param number from 0 to 2<sup>47</sup> - 1
   * @throws RoutingException {@link ErrorCode#USAGE} for other numbers
   */
  public static long of(long number, long position) {
    if (number < 0 || number > MOST) {
      throw new RoutingException(
          ErrorCode.USAGE, "an id with a position takes numbers from 0 to " + MOST);
    }
    return number << BITS | position >>> SHIFT;
  }

  /** The positions at which the key of a row with this id may lie. */
  public static PositionRange positions(long id) {
    long first = (id & MASK) << SHIFT;
    return new PositionRange(first, first | -1L >>> BITS);
  }

  /**
   * The id in SQL. The server makes an error of a number that is too great.
   *
   * @param number as SQL writes it
   * @param key the row's shard key, as SQL writes it
   */
  public static String sql(String number, String key, KeyType type) {
    String hash = type.hashOf("(%s)::%s".formatted(key, type.sqlName()));
    return "((%s)::bigint * %d | (%s >> %d & %d))".formatted(number, MASK + 1, hash, SHIFT, MASK);
  }

  /**
   * The condition that a row's id carries the position of its key, for a CHECK.
   *
   * @param id the column of the ids, as SQL writes it
   * @param key the column of the shard key, as SQL writes it
   */
  public static String check(String id, String key, KeyType type) {
    return "((%s & %d) = ((%s >> %d) & %d))".formatted(id, MASK, type.hashOf(key), SHIFT, MASK);
  }
}
