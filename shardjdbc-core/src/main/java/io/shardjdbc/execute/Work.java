package io.shardjdbc.execute;

import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Held;
import java.time.Duration;

/** What an execution does on each of its shards. */
public sealed interface Work permits Invocation, BatchWork {

  /**
   * One shard's part of it, which has not run yet.
   *
   * @param skipped how many of its rows the merge may pass over before it gives out one
   */
  ShardCall on(Held held, ShardStatement what, long skipped);

  /** What the caller set beside its SQL. */
  StatementOptions options();

  /** The same, whose rows outlive its transaction, so that no cursor will do. */
  Work allAtOnce();

  /** The same, where it does several statements at once: one after the other. */
  default Work oneByOne() {
    return this;
  }

  /** Whether its values can be bound more than once, to more shards or after a failure. */
  boolean isRepeatable();

  /** How long it may take; zero for no end. */
  Duration timeout();

  /** Whether the caller allows an answer without shards that do not answer. */
  boolean mayBePartial();

  /** Whether the caller wants rows bit by bit. */
  boolean isFetchedInParts();
}
