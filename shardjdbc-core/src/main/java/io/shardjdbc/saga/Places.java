package io.shardjdbc.saga;

import io.shardjdbc.saga.work.FlatJson;
import io.shardjdbc.saga.work.Place;
import io.shardjdbc.saga.work.ShardWork;
import io.shardjdbc.saga.work.StepFailures;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where steps run, decided once for every process.
 *
 * <p>A step's place comes from its key function, which is the caller's code: it may throw in one
 * process and not in another, or say something else after a release. The journal keeps each step
 * done once only if all look for its row at the same place. Therefore the place is computed by
 * whoever does the step before, and kept in that step's row, in the same transaction; the first
 * step's in the saga's record. A key that could not be told is kept as such: then nobody has gone
 * on, and nobody will.
 *
 * @param shards places by the step's name, as {@link Place} writes them; a step that is missing was
 *     not looked at, because a server was away or an older release wrote the row
 */
record Places(Map<String, String> shards) {

  /** No shard's name begins so. */
  private static final String NOWHERE = "-";

  private static final Places UNKNOWN = new Places(Map.of());

  Places {
    shards = Map.copyOf(shards);
  }

  /** Of steps that were not looked at. */
  static Places unknown() {
    return UNKNOWN;
  }

  /** Of steps whose keys cannot be told. */
  static <S> Places nowhere(List<Step<S>> steps) {
    Map<String, String> places = new LinkedHashMap<>();
    steps.forEach(step -> places.put(step.name(), NOWHERE));
    return new Places(places);
  }

  /** Of the steps that begin from a state. */
  static <S> Places of(ShardWork work, List<Step<S>> steps, S state) {
    Map<String, String> places = new LinkedHashMap<>();
    for (Step<S> step : steps) {
      try {
        places.put(step.name(), computed(work, step, state).toString());
      } catch (SQLException | RuntimeException | Error e) {
        if (isFinal(e)) {
          places.put(step.name(), NOWHERE);
        }
      }
    }
    return new Places(places);
  }

  /** Where the key function says that it runs. */
  static <S> Place computed(ShardWork work, Step<S> step, S state) throws SQLException {
    return work.placeOf(step.key().table(), step.key().of(state));
  }

  /** Whether a key that could not be told never will be. */
  static boolean isFinal(Throwable failure) {
    return failure instanceof RuntimeException || StepFailures.isPermanent(failure);
  }

  boolean isNowhere(Step<?> step) {
    return NOWHERE.equals(shards.get(step.name()));
  }

  /** The step's place, if it is known. */
  @Nullable Place of(Step<?> step) {
    String name = shards.get(step.name());
    return name == null || name.equals(NOWHERE) ? null : Place.read(name);
  }

  boolean areKnown(List<? extends Step<?>> steps) {
    return steps.stream().allMatch(step -> shards.containsKey(step.name()));
  }

  Places and(Places others) {
    Map<String, String> all = new LinkedHashMap<>(shards);
    all.putAll(others.shards);
    return new Places(all);
  }

  /** As it is kept; null where there is nothing to keep. */
  @Nullable String json() {
    return shards.isEmpty() ? null : FlatJson.write(new LinkedHashMap<>(shards));
  }

  static Places read(@Nullable String json) {
    if (json == null) {
      return UNKNOWN;
    }
    Map<String, String> places = new LinkedHashMap<>();
    FlatJson.read(json).forEach((step, shard) -> places.put(step, shard.toString()));
    return new Places(places);
  }
}
