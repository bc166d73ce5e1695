package io.shardjdbc.observe;

import java.util.Locale;

/**
 * A request to one server that has begun: a shard's part of a statement.
 *
 * @param server to which server
 * @param why why this server of its shard
 * @param ofLibrary whether it is something that the library asks for the statement's sake, such as
 *     a lock, rather than a part of the statement itself
 */
public record StartedPart(Server server, Why why, boolean ofLibrary) {

  /** Why a server of a shard was chosen. */
  public enum Why {
    /** The shard has no other. */
    ONLY_SERVER,
    /** It writes, locks, or calls what may. */
    WRITES,
    /** The transaction may write, and stays where it began. */
    TRANSACTION,
    /** A hint or the statement asks for the primary. */
    DEMANDED,
    /** No replica was fresh enough, or none answered. */
    NO_FIT_REPLICA,
    /** This replica is fresh enough. */
    FRESH_REPLICA,
    /** This replica may be stale, which the caller tolerates. */
    STALE_REPLICA;

    /** The name in lower case, with underscores, as metrics and traces show it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is a replica that was chosen. */
    public boolean isReplica() {
      return switch (this) {
        case FRESH_REPLICA, STALE_REPLICA -> true;
        case ONLY_SERVER, WRITES, TRANSACTION, DEMANDED, NO_FIT_REPLICA -> false;
      };
    }
  }
}
