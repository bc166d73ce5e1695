package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.probe.NodeReading;
import io.shardjdbc.replication.probe.ProbeSink;

/** Takes the probe's answers to the watch, and the shard's use to the probe. */
public record WatchSink(ShardWatch watch, UseSignal use) implements ProbeSink {

  @Override
  public void answered(int node, NodeReading reading) {
    watch.answered(node, reading);
  }

  @Override
  public void failed(int node, int failuresInARow) {
    watch.failed(node, failuresInARow);
  }

  @Override
  public void overdue(int node) {
    watch.overdue(node);
  }

  @Override
  public int primary() {
    return watch.primary();
  }

  @Override
  public boolean usedSinceLastCall() {
    return use.takeUsed();
  }

  @Override
  public void dozing(boolean now) {
    use.dozing(now);
  }
}
