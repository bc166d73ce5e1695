package io.shardjdbc.transaction;

import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.routing.ShardId;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name under which a shard prepares its part of a transaction: {@code
 * shardjdbc:1:UUID:STORE:DECIDING_SHARD:SHARD}.
 *
 * <p>It is a wire format. A process that finds it needs nothing else to end the transaction: not
 * the coordinator's memory, nor a log. The names of shards are a configuration's, so both are
 * checked before they are trusted: the part must lie on the shard of its name, and the deciding
 * shard must hold the store of decisions that the coordinator saw. What does not fit belongs to
 * another configuration, and is left alone. At most 185 of the 199 bytes that PostgreSQL allows.
 *
 * @param shard on which the part is prepared
 */
record Gid(TransactionId transaction, ShardId shard) {

  private static final String PREFIX = "shardjdbc:1:";
  private static final String UUID_7 =
      "([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})";
  private static final String SHARD = "([A-Za-z0-9][A-Za-z0-9_.-]{0,62})";

  /** What matches is one of ours: each part of it is what its type takes. */
  private static final Pattern FORM =
      Pattern.compile(PREFIX + UUID_7 + ":([0-9a-f]{8}):" + SHARD + ":" + SHARD);

  /** What LIKE finds them with. */
  static final String LIKE = PREFIX + "%";

  /** Reads one; empty if it is not one of ours. */
  static Optional<Gid> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    TransactionId id =
        new TransactionId(
            UUID.fromString(form.group(1)), new ShardId(form.group(3)), form.group(2));
    return Optional.of(new Gid(id, new ShardId(form.group(4))));
  }

  /** As a literal of SQL; no character of it needs an escape. */
  String literal() {
    return "'" + this + "'";
  }

  @Override
  public String toString() {
    return PREFIX
        + transaction.uuid()
        + ":"
        + transaction.store()
        + ":"
        + transaction.decidedOn()
        + ":"
        + shard;
  }
}
