package io.shardjdbc;

/**
 * Hears of what a DataSource does, for tests, logs and metrics.
 *
 * <p>It is called on the thread that runs the statement, before anything is sent, so it should be
 * quick; all threads use it, so it has to be thread-safe. What it throws is logged and has no
 * effect. A DataSource without one pays nothing.
 */
public interface ShardListener {

  /**
   * An execution has found its way: where its values lead, or where it is gathered after its first
   * way turned out not to merge.
   */
  default void routed(RoutedStatement statement) {}
}
