package io.shardjdbc.hear;

import io.shardjdbc.observe.EndedTransaction;
import io.shardjdbc.observe.MapChange;
import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listeners of a DataSource; one that fails keeps none of the others from it. Immutable. */
public final class Hearing {

  private static final Logger LOG = LoggerFactory.getLogger(ShardListener.class);

  /** Nobody hears. */
  public static final Hearing NOBODY = new Hearing(List.of());

  private final List<ShardListener> listeners;

  public Hearing(List<ShardListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** Whether there is anybody to hear. */
  public boolean isOn() {
    return !listeners.isEmpty();
  }

  /** Those who hear. */
  public List<ShardListener> listeners() {
    return listeners;
  }

  /** What the first listener that has one gives the pools to count with; null for none. */
  public @Nullable Object poolMetrics() {
    List<Object> given = ask(listeners, ShardListener::poolMetrics);
    return given.isEmpty() ? null : given.get(0);
  }

  /** Tells of a route. */
  public void routed(RoutedStatement statement) {
    tell(listeners, listener -> listener.routed(statement));
  }

  /** Tells of a start, and returns those who want to hear more of it. */
  public HeardStatement started(StartedStatement statement) {
    return new HeardStatement(ask(listeners, listener -> listener.started(statement)));
  }

  /** Tells of a transaction's end. */
  public void ended(EndedTransaction transaction) {
    tell(listeners, listener -> listener.ended(transaction));
  }

  /** Tells of another map. */
  public void changed(MapChange change) {
    tell(listeners, listener -> listener.changed(change));
  }

  static <L> void tell(List<L> all, Consumer<L> what) {
    for (L listener : all) {
      try {
        what.accept(listener);
      } catch (RuntimeException e) {
        failed(listener, e);
      }
    }
  }

  static <L, T> List<T> ask(List<L> all, Function<L, @Nullable T> what) {
    List<T> answers = new ArrayList<>(all.size());
    for (L listener : all) {
      try {
        T answer = what.apply(listener);
        if (answer != null) {
          answers.add(answer);
        }
      } catch (RuntimeException e) {
        failed(listener, e);
      }
    }
    return answers;
  }

  private static void failed(Object listener, RuntimeException e) {
    LOG.warn("the listener {} failed", listener.getClass().getName(), e);
  }
}
