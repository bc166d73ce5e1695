package io.shardjdbc.replication.probe;

/** Where a shard's probe brings what it learns. Called on probing threads, several at a time. */
public interface ProbeSink {

  /** A node answered. */
  void answered(int node, NodeReading reading);

  /** A node could not be asked. */
  void failed(int node, int failuresInARow);

  /** A node has been asked and takes unusually long; {@link #answered} or failed follows. */
  void overdue(int node);

  /** The node that is the primary as far as is known, to be asked before the others; or -1. */
  int primary();

  /** Whether the shard was used since the last call. */
  boolean usedSinceLastCall();

  /** Whether probing is slow now because nobody uses the shard. */
  void dozing(boolean now);
}
