package io.shardjdbc.outcome;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.time.Instant;
import java.util.UUID;

/**
 * The name of a transaction over several shards, and where its decision is kept.
 *
 * @param uuid unlike any other's, in order of time (version 7)
 * @param decidedOn the shard whose local commit decides the transaction
 */
public record TransactionId(UUID uuid, ShardId decidedOn) {

  private static final int VERSION = 7;

  public TransactionId {
    if (uuid.version() != VERSION) {
      throw new RoutingException(ErrorCode.USAGE, "not the id of a transaction");
    }
  }

  /**
   * Reads what {@link #toString} has written, as from a log.
   *
   * @throws RoutingException if it is something else
   */
  public static TransactionId parse(String text) {
    int at = text.indexOf('@');
    try {
      return new TransactionId(
          UUID.fromString(text.substring(0, Math.max(at, 0))), new ShardId(text.substring(at + 1)));
    } catch (IllegalArgumentException e) {
      throw new RoutingException(ErrorCode.USAGE, "not the id of a transaction");
    }
  }

  /** When it was made, by the clock of the process that began to commit, to the millisecond. */
  public Instant created() {
    return Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16);
  }

  /** The uuid, {@code @}, and the shard's name. */
  @Override
  public String toString() {
    return uuid + "@" + decidedOn;
  }
}
