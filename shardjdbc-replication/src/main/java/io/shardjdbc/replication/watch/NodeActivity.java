package io.shardjdbc.replication.watch;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** How many requests are under way on each node. Thread-safe, without locks. */
public final class NodeActivity {
  /** Numbers of different nodes stand on different cache lines. */
  private static final int STRIDE = 32;

  private final AtomicIntegerArray underWay;

  public NodeActivity(int nodes) {
    this.underWay = new AtomicIntegerArray(nodes * STRIDE);
  }

  public void started(int node) {
    underWay.incrementAndGet(node * STRIDE);
  }

  public void ended(int node) {
    underWay.decrementAndGet(node * STRIDE);
  }

  public int outstanding(int node) {
    return underWay.get(node * STRIDE);
  }
}
