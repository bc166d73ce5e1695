package io.shardjdbc.transaction;

import io.shardjdbc.routing.ShardId;

/**
 * Is told of each step of a two-phase commit, in the thread that takes it.
 *
 * <p>Tests kill processes and servers here. A product has {@link #NONE}.
 */
@FunctionalInterface
public interface CommitObserver {

  CommitObserver NONE = (step, shard) -> {};

  void at(Step step, ShardId shard);

  /** The boundaries between what servers are told. */
  enum Step {
    BEFORE_PREPARE,
    PREPARED,
    BEFORE_NOTE,
    /** The decision is written on the deciding shard and not committed. */
    NOTED,
    BEFORE_DECISION,
    DECIDED,
    BEFORE_TELLING,
    TOLD
  }
}
