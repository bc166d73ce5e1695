package io.shardjdbc.routing.route;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a planner answers: a way that it has found, or why there is none.
 *
 * <p>So trying the next way is an expression, and no exception is made for a way that is closed.
 *
 * @param <T> what is found
 */
public sealed interface Found<T> {

  /** A way. */
  record Way<T>(T value) implements Found<T> {}

  /** None, and why. */
  record None<T>(Refusal why) implements Found<T> {}

  static <T> Found<T> of(T value) {
    return new Way<>(value);
  }

  static <T> Found<T> refused(Refusal why) {
    return new None<>(why);
  }

  static <T> Found<T> refused(ErrorCode code, Object... arguments) {
    return new None<>(Refusal.of(code, arguments));
  }

  /** One answer for each case. */
  default <R> R fold(Function<? super T, ? extends R> found, Function<Refusal, ? extends R> none) {
    if (this instanceof Way<T> way) {
      return found.apply(way.value());
    }
    return none.apply(((None<T>) this).why());
  }

  /** What is made of it. */
  default <R> Found<R> map(Function<? super T, ? extends R> next) {
    return fold(value -> of(next.apply(value)), Found::refused);
  }

  /** What is found on from it. */
  default <R> Found<R> then(Function<? super T, Found<R>> next) {
    return fold(next, Found::refused);
  }

  /** This, or what is tried instead, knowing why this is not. */
  default Found<T> or(Function<Refusal, Found<T>> next) {
    return fold(value -> this, next);
  }

  /** What is found, or null. */
  default @Nullable T orNull() {
    return this instanceof Way<T> way ? way.value() : null;
  }

  /** Why nothing is found, or null. */
  default @Nullable Refusal why() {
    return this instanceof None<T> none ? none.why : null;
  }

  /**
   * What is found.
   *
   * @throws RoutingException where nothing is, made for this call
   */
  default T orThrow() {
    return orThrow(Refusal::exception);
  }

  /**
   * What is found, or an exception of another kind.
   *
   * @throws X where nothing is, made for this call
   */
  default <X extends Exception> T orThrow(Function<Refusal, X> exception) throws X {
    if (this instanceof Way<T> way) {
      return way.value();
    }
    throw exception.apply(((None<T>) this).why());
  }
}
