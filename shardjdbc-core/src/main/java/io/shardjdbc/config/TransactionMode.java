package io.shardjdbc.config;

import java.util.Locale;

/** What a transaction may do on a second shard once it has written to one. */
public enum TransactionMode {
  /** Read, at read committed; a write is refused. The default. */
  SINGLE_SHARD,
  /** Write; all shards commit or none does, by PostgreSQL's prepared transactions. */
  TWO_PHASE,
  /** Write; the shards commit one after another, and a failure in between names those that did. */
  BEST_EFFORT;

  /** As configurations write it, such as {@code two-phase}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
