package io.shardjdbc.replication;

/**
 * Hears what happens to a shard's nodes.
 *
 * <p>Called one event at a time, in order, on a probing thread: return soon. What it throws is
 * logged and otherwise ignored.
 */
@FunctionalInterface
public interface ReplicationListener {

  /** Called for each event. */
  void on(ReplicationEvent event);
}
