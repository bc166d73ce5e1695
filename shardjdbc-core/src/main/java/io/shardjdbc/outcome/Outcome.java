package io.shardjdbc.outcome;

/** How a transaction over several shards ended, as far as its decision is known. */
public enum Outcome {
  /** It stands on all shards, or will as soon as those that were out of reach are told. */
  COMMITTED,
  /** Nothing of it stands, and nothing will. */
  ABORTED,
  /** The shard that decides it cannot be asked, or is still at it. Ask again. */
  IN_DOUBT
}
