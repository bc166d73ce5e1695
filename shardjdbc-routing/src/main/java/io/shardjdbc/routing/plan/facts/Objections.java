package io.shardjdbc.routing.plan.facts;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Refusal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The first thing that speaks against a way, noted while the walk that looks for more goes on. */
public final class Objections {

  private @Nullable Refusal first;

  public void add(ErrorCode code, Object... arguments) {
    if (first == null) {
      first = Refusal.of(code, arguments);
    }
  }

  /** Adds one, if there is one. */
  public void add(@Nullable Refusal other) {
    if (first == null) {
      first = other;
    }
  }

  /** The first one, or null. */
  public @Nullable Refusal first() {
    return first;
  }

  /** What is found where nothing speaks against looking. */
  public <T> Found<T> orElse(Supplier<Found<T>> next) {
    return first == null ? next.get() : Found.refused(first);
  }

  /** What is made where nothing speaks against it. */
  public <T> Found<T> unless(Supplier<T> made) {
    return first == null ? Found.of(made.get()) : Found.refused(first);
  }
}
