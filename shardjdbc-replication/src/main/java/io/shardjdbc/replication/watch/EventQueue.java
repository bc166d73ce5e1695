package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.ReplicationEvent;
import io.shardjdbc.replication.ReplicationListener;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings events to the listener one at a time, in order, and never under a lock. */
final class EventQueue {
  private static final Logger log = LoggerFactory.getLogger(EventQueue.class);

  private final ReplicationListener listener;
  private final Queue<ReplicationEvent> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  EventQueue(ReplicationListener listener) {
    this.listener = listener;
  }

  void add(ReplicationEvent event) {
    events.add(event);
  }

  /** Delivers what is queued, unless another thread is at it; that one then delivers this, too. */
  void deliver() {
    if (waiting.getAndIncrement() != 0) {
      return;
    }
    int rounds = 1;
    while (rounds != 0) {
      ReplicationEvent event = events.poll();
      while (event != null) {
        deliver(event);
        event = events.poll();
      }
      rounds = waiting.addAndGet(-rounds);
    }
  }

  private void deliver(ReplicationEvent event) {
    try {
      listener.on(event);
    } catch (Throwable e) {
      // An Error too: what a listener does wrong must not end the delivery of events.
      log.warn("the listener failed on {}", event, e);
    }
  }
}
