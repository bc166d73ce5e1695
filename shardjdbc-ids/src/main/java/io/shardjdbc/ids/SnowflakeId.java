package io.shardjdbc.ids;

import java.time.Instant;

/**
 * What a Snowflake id is made of.
 *
 * @param time when it was made, in whole milliseconds, by the clock of the database that leases
 *     nodes
 * @param node the node that made it, 0 to 1023
 * @param sequence its number among the ids of this node and millisecond, 0 to 4095
 */
public record SnowflakeId(Instant time, int node, int sequence) {

  /** Where the time of ids begins unless another instant is given: the start of 2024, UTC. */
  public static final Instant EPOCH = Instant.parse("2024-01-01T00:00:00Z");

  static final int SEQUENCE_BITS = 12;
  static final int NODE_BITS = 10;
  static final int NODES = 1 << NODE_BITS;
  private static final int SEQUENCES = 1 << SEQUENCE_BITS;
  private static final long TIMES = 1L << 41;

  public SnowflakeId {
    if (node < 0 || node >= NODES) {
      throw new IllegalArgumentException("a node's number is 0 to " + (NODES - 1));
    }
    if (sequence < 0 || sequence >= SEQUENCES) {
      throw new IllegalArgumentException("a sequence's number is 0 to " + (SEQUENCES - 1));
    }
  }

  /**
   * Takes an id apart that was made with {@link #EPOCH}.
   *
   * @throws IllegalArgumentException if the id is negative
   */
  public static SnowflakeId of(long id) {
    return of(id, EPOCH);
  }

  /**
   * Takes an id apart.
   *
   * @param epoch where the time of these ids begins
   * @throws IllegalArgumentException if the id is negative
   */
  public static SnowflakeId of(long id, Instant epoch) {
    if (id < 0) {
      throw new IllegalArgumentException("a Snowflake id is not negative");
    }
    return new SnowflakeId(
        epoch.plusMillis(id >>> (NODE_BITS + SEQUENCE_BITS)),
        (int) (id >>> SEQUENCE_BITS) & (NODES - 1),
        (int) id & (SEQUENCES - 1));
  }

  /**
   * The smallest id of an instant, for conditions such as {@code id >= ?}.
   *
   * @throws IllegalArgumentException if 41 bits of milliseconds since the epoch do not hold it
   */
  public static long firstAt(Instant time, Instant epoch) {
    long millis = epoch.until(time, java.time.temporal.ChronoUnit.MILLIS);
    if (millis < 0 || millis >= TIMES) {
      throw new IllegalArgumentException("41 bits of milliseconds since " + epoch + " end before");
    }
    return millis << (NODE_BITS + SEQUENCE_BITS);
  }

  /**
   * @param tick milliseconds since the epoch, and the sequence's number in the last 12 bits
   */
  static long compose(long tick, int node) {
    long millis = tick >>> SEQUENCE_BITS;
    if (millis >= TIMES) {
      throw new IdsUnavailableException("41 bits of milliseconds are used up; take another epoch");
    }
    return (millis << (NODE_BITS + SEQUENCE_BITS))
        | ((long) node << SEQUENCE_BITS)
        | (tick & (SEQUENCES - 1));
  }
}
