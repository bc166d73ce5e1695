package io.shardjdbc.outcome;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The name of a transaction over several shards, and where its decision is kept.
 *
 * @param uuid unlike any other's, in order of time (version 7)
 * @param decidedOn the shard whose local commit decides the transaction
 * @param store by which the database that decides is told from another one under the same shard's
 *     name; empty where that is not known, and then nothing is decided by asking
 */
public record TransactionId(UUID uuid, ShardId decidedOn, String store) {

  private static final int VERSION = 7;
  private static final Pattern STORE = Pattern.compile("|[0-9a-f]{8}");

  public TransactionId {
    if (uuid.version() != VERSION || !STORE.matcher(store).matches()) {
      throw new RoutingException(ErrorCode.USAGE, "not the id of a transaction");
    }
  }

  /** An id of which the store is not known. */
  public TransactionId(UUID uuid, ShardId decidedOn) {
    this(uuid, decidedOn, "");
  }

  /**
   * Reads what {@link #toString} has written, as from a log.
   *
   * @throws RoutingException if it is something else
   */
  public static TransactionId parse(String text) {
    int at = text.indexOf('@');
    int colon = text.indexOf(':', Math.max(at, 0));
    String shard = text.substring(at + 1, colon < 0 ? text.length() : colon);
    try {
      return new TransactionId(
          UUID.fromString(text.substring(0, Math.max(at, 0))),
          new ShardId(shard),
          colon < 0 ? "" : text.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      throw new RoutingException(ErrorCode.USAGE, "not the id of a transaction");
    }
  }

  /** When it was made, by the clock of the shard that decides, as the coordinator knew it. */
  public Instant created() {
    return Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16);
  }

  /** The uuid, {@code @}, the shard's name, and behind a colon the store. */
  @Override
  public String toString() {
    return uuid + "@" + decidedOn + (store.isEmpty() ? "" : ":" + store);
  }
}
