package io.shardjdbc.tests.replication;

import io.shardjdbc.replication.ReplicationEvent;
import io.shardjdbc.replication.ReplicationListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers events. */
final class Events implements ReplicationListener {
  private final List<ReplicationEvent> all = new CopyOnWriteArrayList<>();

  @Override
  public void on(ReplicationEvent event) {
    all.add(event);
  }

  <T extends ReplicationEvent> List<T> of(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
