package io.shardjdbc.saga;

import java.util.List;
import java.util.function.Function;

/**
 * Says where a step runs: on the shard that owns this key of this table.
 *
 * @param table as the configuration declares it: sharded, or living on one shard
 * @param values the key's columns, in the order of their declaration; none for a table that lives
 *     on one shard
 * @param <S> the type of the saga's state
 */
record StepKey<S>(String table, List<Function<? super S, ?>> values) {

  StepKey {
    values = List.copyOf(values);
  }

  Object[] of(S state) {
    return values.stream().map(value -> value.apply(state)).toArray();
  }
}
