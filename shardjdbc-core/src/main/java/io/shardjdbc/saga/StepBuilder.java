package io.shardjdbc.saga;

import io.shardjdbc.saga.work.Times;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Describes a step. Not thread-safe.
 *
 * @param <S> the type of the saga's state
 */
public final class StepBuilder<S> {

  private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);
  private static final Duration SHORTEST_DEADLINE = Duration.ofMillis(1);

  private final String name;
  private @Nullable StepKey<S> key;
  private @Nullable StepAction<S> action;
  private @Nullable StepCompensation<S> compensation;
  private RetryPolicy retry = RetryPolicy.defaults();
  private Duration deadline = DEFAULT_DEADLINE;

  StepBuilder(String name) {
    this.name = name;
  }

  /**
   * Where it runs: on the shard that owns a key of a sharded table.
   *
   * @param values take the key's columns from the state, in the order of their declaration; none
   *     for a table that lives on one shard. They must give the same for the same state.
   */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final StepBuilder<S> on(String table, Function<? super S, ?>... values) {
    this.key = new StepKey<>(table, List.<Function<? super S, ?>>of(values));
    return this;
  }

  /** What it does. */
  public StepBuilder<S> action(StepAction<S> work) {
    this.action = work;
    return this;
  }

  /** How that is undone. A step without it has nothing to undo; the last one needs none. */
  public StepBuilder<S> compensation(StepCompensation<S> undo) {
    this.compensation = undo;
    return this;
  }

  /** How often it is tried; {@link RetryPolicy#defaults()} unless told. */
  public StepBuilder<S> retry(RetryPolicy policy) {
    this.retry = policy;
    return this;
  }

  /**
   * How long its action may take, all tries together; 30 s unless told. The server holds each
   * statement to it, and so it does for a compensation's every try.
   */
  public StepBuilder<S> deadline(Duration allowed) {
    if (allowed.compareTo(SHORTEST_DEADLINE) < 0) {
      throw new IllegalArgumentException("a deadline is at least 1 ms");
    }
    this.deadline = Times.bounded(allowed);
    return this;
  }

  Step<S> build() {
    if (key == null) {
      throw new IllegalStateException("step " + name + " does not say where it runs: on(..)");
    }
    if (action == null) {
      throw new IllegalStateException("step " + name + " has no action");
    }
    return new Step<>(name, key, action, compensation, retry, deadline);
  }
}
