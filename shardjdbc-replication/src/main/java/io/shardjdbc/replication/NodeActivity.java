package io.shardjdbc.replication;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** How many requests are under way on each node. Thread-safe, without locks. */
final class NodeActivity {
  /** Numbers of different nodes stand on different cache lines. */
  private static final int STRIDE = 32;

  private final AtomicIntegerArray underWay;

  NodeActivity(int nodes) {
    this.underWay = new AtomicIntegerArray(nodes * STRIDE);
  }

  void started(int node) {
    underWay.incrementAndGet(node * STRIDE);
  }

  void ended(int node) {
    underWay.decrementAndGet(node * STRIDE);
  }

  int outstanding(int node) {
    return underWay.get(node * STRIDE);
  }
}
