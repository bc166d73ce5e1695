package io.shardjdbc.pool;

import io.shardjdbc.replication.ReplicationEvent;
import io.shardjdbc.replication.ReplicationListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whoever wants to hear of events; one that fails keeps none of the others from it. */
final class Listeners implements ReplicationListener {

  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final List<ReplicationListener> all = new CopyOnWriteArrayList<>();

  void add(ReplicationListener listener) {
    all.add(listener);
  }

  @Override
  public void on(ReplicationEvent event) {
    for (ReplicationListener listener : all) {
      try {
        listener.on(event);
      } catch (RuntimeException e) {
        log.warn("a listener failed on {}", event, e);
      }
    }
  }
}
