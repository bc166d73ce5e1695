package io.shardjdbc.saga;

import java.time.Duration;
import java.util.List;

/**
 * The definition of a saga: a name, a version, and steps.
 *
 * <pre>{@code
 * Saga<SagaState> transfer =
 *     Saga.builder("transfer", 1)
 *         .step("debit", step -> step
 *             .on("accounts", state -> state.getLong("from"))
 *             .action((connection, state) -> ...)
 *             .compensation((connection, state) -> ...))
 *         .step("credit", step -> step
 *             .on("accounts", state -> state.getLong("to"))
 *             .action((connection, state) -> ...)
 *             .compensation((connection, state) -> ...))
 *         .build();
 * }</pre>
 *
 * <p>A saga that a process began is gone on with by any process that knows the same name, version
 * and steps. Give a new version to a definition whose steps have changed, and keep the old one
 * registered until its sagas have ended: one whose steps were renamed, moved or replaced under the
 * same version is not gone on with, and is told by {@link Sagas#overdue}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <S> the type of its state
 */
public final class Saga<S> {

  private final String name;
  private final int version;
  private final SagaCodec<S> codec;
  private final List<List<Step<S>>> groups;
  private final Duration deadline;
  private final String fingerprint;

  Saga(
      String name, int version, SagaCodec<S> codec, List<List<Step<S>>> groups, Duration deadline) {
    this.name = name;
    this.version = version;
    this.codec = codec;
    this.groups = List.copyOf(groups);
    this.deadline = deadline;
    this.fingerprint = Fingerprint.of(name, version, this.groups);
  }

  /** Describes a saga whose state is a {@link SagaState}. */
  public static SagaBuilder<SagaState> builder(String name, int version) {
    return builder(name, version, SagaState.CODEC);
  }

  /** Describes a saga whose state is of a type of its own. */
  public static <S> SagaBuilder<S> builder(String name, int version, SagaCodec<S> codec) {
    return new SagaBuilder<>(name, version, codec);
  }

  /** The name, by which it is found again. */
  public String name() {
    return name;
  }

  /** The version, by which it is found again. */
  public int version() {
    return version;
  }

  SagaCodec<S> codec() {
    return codec;
  }

  /** The groups in their order; the steps of one run at the same time. */
  List<List<Step<S>>> groups() {
    return groups;
  }

  Duration deadline() {
    return deadline;
  }

  /** The same for definitions of the same steps. */
  String fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return name + " version " + version;
  }
}
