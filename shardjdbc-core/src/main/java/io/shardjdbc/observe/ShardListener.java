package io.shardjdbc.observe;

import io.shardjdbc.replication.ReplicationEvent;
import io.shardjdbc.replication.ReplicationListener;
import org.jspecify.annotations.Nullable;

/**
 * Hears of what a DataSource does, for tests, logs, metrics and traces.
 *
 * <p>It is called on the thread that does it, so it should be quick; all threads use it, so it has
 * to be thread-safe. What it throws is logged and has no effect. A DataSource without one pays
 * nothing.
 *
 * <p>Of a statement it hears in this order: {@link #routed}, {@link #started}, the parts, the end.
 * A statement that is refused has no route and no parts, but a start and an end; so has a COPY of
 * {@code ShardCopy}.
 */
public interface ShardListener extends ReplicationListener {

  /**
   * An execution has found its way: where its values lead, or where it is gathered after its first
   * way turned out not to merge. Nothing has been sent yet.
   */
  default void routed(RoutedStatement statement) {}

  /**
   * A statement of the caller's begins: one execution, one batch, one statement of several in a
   * text, one COPY.
   *
   * @return who hears how it goes on; null if nobody wants to
   */
  default @Nullable StatementListener started(StartedStatement statement) {
    return null;
  }

  /** A transaction has ended that the caller, or a text of several statements, had begun. */
  default void ended(EndedTransaction transaction) {}

  /**
   * Another map has been installed: moves of rows begin, go on and end by such changes, and shards
   * join and leave. One at a time, in their order.
   */
  default void changed(MapChange change) {}

  /**
   * A registry of metrics that HikariCP knows, such as Micrometer's {@code MeterRegistry}, for the
   * pools of all servers; null for none. It is asked once, when the DataSource is opened.
   */
  default @Nullable Object poolMetrics() {
    return null;
  }

  /** Something has happened to servers: a shard's level, its primary. On a probing thread. */
  @Override
  default void on(ReplicationEvent event) {}
}
