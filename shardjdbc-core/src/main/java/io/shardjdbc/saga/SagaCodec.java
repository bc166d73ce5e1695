package io.shardjdbc.saga;

import java.util.List;
import java.util.function.Function;

/**
 * How a saga's state becomes JSON, and again a state.
 *
 * <p>The JSON lies in the tables of the shards for as long as the saga is remembered. A new release
 * of a program has to read what the old one wrote, or to give the saga a new version. Thread-safe.
 *
 * @param <S> the type of the state; it should be immutable
 */
public interface SagaCodec<S> {

  /** The state as JSON, of at most 262,144 characters. */
  String encode(S state);

  /**
   * The state of a JSON that {@link #encode} made. The text comes from the database: read it with a
   * reader that makes values, never one that creates whatever class a text names.
   */
  S decode(String json);

  /**
   * Makes one state of those that parallel steps returned. Unless it is overridden, at most one of
   * them may have changed it.
   *
   * @param before the state from which they started
   * @param after what they returned, in the order of their declaration
   * @throws IllegalStateException if they contradict each other; the saga is compensated then
   */
  default S merge(S before, List<S> after) {
    String start = encode(before);
    List<S> changed = after.stream().filter(state -> !encode(state).equals(start)).toList();
    if (changed.size() > 1) {
      throw new IllegalStateException(
          "several parallel steps changed the state, and its codec does not merge");
    }
    return changed.isEmpty() ? before : changed.get(0);
  }

  /**
   * A codec for a type that is written as a {@link SagaState}: a record, most of the time. Parallel
   * steps may change different values.
   *
   * @param write {@code transfer -> SagaState.of("from", transfer.from()).with(..)}
   * @param read {@code state -> new Transfer(state.getLong("from"), ..)}
   */
  static <S> SagaCodec<S> mapping(Function<S, SagaState> write, Function<SagaState, S> read) {
    return new SagaCodec<>() {
      @Override
      public String encode(S state) {
        return SagaState.CODEC.encode(write.apply(state));
      }

      @Override
      public S decode(String json) {
        return read.apply(SagaState.CODEC.decode(json));
      }

      @Override
      public S merge(S before, List<S> after) {
        return read.apply(
            SagaState.CODEC.merge(write.apply(before), after.stream().map(write).toList()));
      }
    };
  }
}
