package io.shardjdbc.replication;

/** What a replica is kept for. */
public enum NodeUse {
  /** Ordinary reads. */
  GENERAL,
  /** Only reads that ask for it with {@link ReadIntent#analytics()}. */
  ANALYTICS
}
