package io.shardjdbc.observe;

import org.jspecify.annotations.Nullable;

/**
 * Hears how one statement goes on. What it throws is logged and has no effect.
 *
 * <p>The parts of a statement over several shards begin and end on threads of their own, at the
 * same time. A part that was given up may end after the statement has.
 */
public interface StatementListener {

  /**
   * A request to one server begins, on the thread that waits for its answer.
   *
   * @return who hears of its end; null if nobody wants to
   */
  default @Nullable PartListener part(StartedPart part) {
    return null;
  }

  /** The statement has ended, on the caller's thread. */
  default void ended(EndedStatement end) {}
}
