package io.shardjdbc.saga;

import io.shardjdbc.saga.work.Times;
import io.shardjdbc.saga.work.WellFormed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Describes a {@link Saga}. Not thread-safe.
 *
 * @param <S> the type of its state
 */
public final class SagaBuilder<S> {

  private static final int LONGEST_NAME = 100;
  private static final Duration DEFAULT_DEADLINE = Duration.ofHours(1);

  private final String name;
  private final int version;
  private final SagaCodec<S> codec;
  private final List<List<Step<S>>> groups = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private Duration deadline = DEFAULT_DEADLINE;

  SagaBuilder(String name, int version, SagaCodec<S> codec) {
    this.name = checked(name);
    this.version = version;
    this.codec = codec;
  }

  /** Adds a step, to run after those before it. */
  public SagaBuilder<S> step(String stepName, Consumer<StepBuilder<S>> description) {
    return parallel(group -> group.step(stepName, description));
  }

  /**
   * Adds steps that run at the same time, after those before them. They start from the same state;
   * {@link SagaCodec#merge} makes one of what they return. If one of them fails, the others are
   * waited for, and all that were done are compensated.
   */
  public SagaBuilder<S> parallel(Consumer<Group<S>> description) {
    Group<S> group = new Group<>(names);
    description.accept(group);
    if (group.steps.isEmpty()) {
      throw new IllegalArgumentException("a group has at least one step");
    }
    groups.add(List.copyOf(group.steps));
    return this;
  }

  /**
   * How long it may take from its start to its last step's end; 1 h unless told. Then it is
   * compensated, however long that takes, unless every step was done.
   */
  public SagaBuilder<S> deadline(Duration allowed) {
    if (allowed.isNegative() || allowed.isZero()) {
      throw new IllegalArgumentException("a deadline is more than zero");
    }
    this.deadline = Times.bounded(allowed);
    return this;
  }

  /**
   * The definition.
   *
   * @throws IllegalStateException if it has no steps
   */
  public Saga<S> build() {
    if (groups.isEmpty()) {
      throw new IllegalStateException("saga " + name + " has no steps");
    }
    return new Saga<>(name, version, codec, groups, deadline);
  }

  /** A name that is safe in messages and short enough for a key. */
  static String checked(String name) {
    if (name.isBlank() || name.length() > LONGEST_NAME || !WellFormed.is(name)) {
      throw new IllegalArgumentException("a name has 1 to " + LONGEST_NAME + " characters");
    }
    return name;
  }

  /**
   * Collects steps that run at the same time. Not thread-safe.
   *
   * @param <S> the type of the saga's state
   */
  public static final class Group<S> {

    private final Set<String> names;
    private final List<Step<S>> steps = new ArrayList<>();

    private Group(Set<String> names) {
      this.names = names;
    }

    /** Adds a step to the group. */
    public Group<S> step(String stepName, Consumer<StepBuilder<S>> description) {
      if (!names.add(checked(stepName))) {
        throw new IllegalArgumentException("two steps are named " + stepName);
      }
      StepBuilder<S> step = new StepBuilder<>(stepName);
      description.accept(step);
      steps.add(step.build());
      return this;
    }
  }
}
