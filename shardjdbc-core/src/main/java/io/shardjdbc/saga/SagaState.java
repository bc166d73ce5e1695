package io.shardjdbc.saga;

import io.shardjdbc.saga.work.FlatJson;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Named values that the steps of a saga hand to each other: texts, numbers and booleans.
 *
 * <p>As JSON it is one flat object. Integers and decimals are exact. {@code toString} shows names
 * and no values. Immutable and thread-safe.
 */
public final class SagaState {

  /** Reads and writes it, strictly; parallel steps may change different names. */
  public static final SagaCodec<SagaState> CODEC = new FlatCodec();

  private static final SagaState EMPTY = new SagaState(Map.of());

  /** String, Long, BigDecimal or Boolean. */
  private final Map<String, Object> values;

  private SagaState(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** No values. */
  public static SagaState empty() {
    return EMPTY;
  }

  /** One integer. */
  public static SagaState of(String name, long value) {
    return EMPTY.with(name, value);
  }

  /** One text. */
  public static SagaState of(String name, String value) {
    return EMPTY.with(name, value);
  }

  /** This and an integer, which replaces what had the name. */
  public SagaState with(String name, long value) {
    return put(name, value);
  }

  /** This and a text, which replaces what had the name. */
  public SagaState with(String name, String value) {
    return put(name, value);
  }

  /** This and a boolean, which replaces what had the name. */
  public SagaState with(String name, boolean value) {
    return put(name, value);
  }

  /** This and a decimal, which replaces what had the name. Its scale is kept. */
  public SagaState with(String name, BigDecimal value) {
    return put(name, value);
  }

  /** This and a uuid, which replaces what had the name; it is a text in JSON. */
  public SagaState with(String name, UUID value) {
    return put(name, value.toString());
  }

  /** This without a name. */
  public SagaState without(String name) {
    Map<String, Object> fewer = new LinkedHashMap<>(values);
    fewer.remove(name);
    return new SagaState(fewer);
  }

  private SagaState put(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.put(name, Objects.requireNonNull(value));
    return new SagaState(more);
  }

  /** Whether there is a value of that name. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** The names, in the order in which they were added. */
  public Set<String> names() {
    return values.keySet();
  }

  /** An integer; getters throw IllegalStateException if there is none of that name and type. */
  public long getLong(String name) {
    return get(name, Long.class);
  }

  /** A text. */
  public String getString(String name) {
    return get(name, String.class);
  }

  /** A boolean. */
  public boolean getBoolean(String name) {
    return get(name, Boolean.class);
  }

  /** A decimal, or an integer as one. */
  public BigDecimal getDecimal(String name) {
    return values.get(name) instanceof Long integer
        ? BigDecimal.valueOf(integer)
        : get(name, BigDecimal.class);
  }

  /** A uuid. */
  public UUID getUuid(String name) {
    return UUID.fromString(get(name, String.class));
  }

  private <T> T get(String name, Class<T> type) {
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      String what = type.getSimpleName();
      throw new IllegalStateException("the saga's state has no " + what + " of name " + name);
    }
    return type.cast(value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SagaState state && values.equals(state.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "SagaState" + values.keySet();
  }

  /** Flat JSON. */
  private static final class FlatCodec implements SagaCodec<SagaState> {

    @Override
    public String encode(SagaState state) {
      return FlatJson.write(state.values);
    }

    @Override
    public SagaState decode(String json) {
      return new SagaState(FlatJson.read(json));
    }

    @Override
    public SagaState merge(SagaState before, List<SagaState> after) {
      Map<String, Object> merged = new LinkedHashMap<>(before.values);
      Map<String, @Nullable Object> changes = new LinkedHashMap<>();
      for (SagaState state : after) {
        Set<String> names = new java.util.LinkedHashSet<>(before.values.keySet());
        names.addAll(state.values.keySet());
        for (String name : names) {
          Object value = state.values.get(name);
          if (Objects.equals(value, before.values.get(name))) {
            continue;
          }
          if (changes.containsKey(name) && !Objects.equals(changes.get(name), value)) {
            throw new IllegalStateException("two parallel steps changed " + name);
          }
          changes.put(name, value);
          if (value == null) {
            merged.remove(name);
          } else {
            merged.put(name, value);
          }
        }
      }
      return new SagaState(merged);
    }
  }
}
