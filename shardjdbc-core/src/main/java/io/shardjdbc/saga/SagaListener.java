package io.shardjdbc.saga;

/** Hears of what happens to sagas in this process, for metrics and logs. Thread-safe. */
@FunctionalInterface
public interface SagaListener {

  /**
   * Called in the thread that runs the saga, which waits for it. What it throws is logged and
   * changes nothing.
   */
  void on(SagaEvent event);
}
