package io.shardjdbc.deadlock;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this process whose transactions are marked, and since when. Thread-safe.
 *
 * @param <C> what a connection is to those who mark it
 */
public final class OpenMarks<C> {

  private final Map<C, Open> open = new ConcurrentHashMap<>();
  private final Predicate<C> isOver;

  /**
   * @param isOver whether a connection is lost, of which nobody said that its transaction has ended
   */
  public OpenMarks(Predicate<C> isOver) {
    this.isOver = isOver;
  }

  private record Open(TransactionMark mark, long since) {}

  /** Notes that a connection's transaction is marked. */
  public void add(C connection, TransactionMark mark) {
    open.put(connection, new Open(mark, System.nanoTime()));
  }

  /** The mark of a connection's transaction, if it has one. */
  public @Nullable TransactionMark of(C connection) {
    Open known = open.get(connection);
    return known == null ? null : known.mark();
  }

  /** Notes that a connection's transaction has ended. */
  public void remove(C connection) {
    open.remove(connection);
  }

  /** Whether a transaction is marked for so long. */
  public boolean anyOlder(Duration age) {
    long now = System.nanoTime();
    open.keySet().removeIf(isOver);
    return open.values().stream().anyMatch(one -> now - one.since() >= age.toNanos());
  }
}
