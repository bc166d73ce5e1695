package io.shardjdbc.observe;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says what a {@link StatementLog} writes. Not thread-safe. */
public final class StatementLogBuilder {

  private static final int MOST_STATEMENTS = 500;

  private @Nullable Duration slow;
  private @Nullable Duration advice;
  private boolean crossShard;
  private int sample = 1;

  StatementLogBuilder() {}

  /** Writes statements that take at least as long, with the way that they ran. */
  public StatementLogBuilder slowerThan(Duration limit) {
    slow = limit;
    return this;
  }

  /**
   * Writes which statements over several shards have cost most, and what would keep them on one.
   *
   * @param interval how often, as long as there are such statements
   */
  public StatementLogBuilder adviceEvery(Duration interval) {
    advice = interval;
    return this;
  }

  /** Writes statements over several shards, with the way that they ran. */
  public StatementLogBuilder crossShard() {
    crossShard = true;
    return this;
  }

  /** Takes one of as many statements over several shards into account; each, unless told. */
  public StatementLogBuilder oneOf(int statements) {
    if (statements < 1) {
      throw new IllegalArgumentException("one of at least one statement");
    }
    sample = statements;
    return this;
  }

  /** Makes it. */
  public StatementLog build() {
    return new StatementLog(slow, advice, crossShard, sample, MOST_STATEMENTS);
  }
}
