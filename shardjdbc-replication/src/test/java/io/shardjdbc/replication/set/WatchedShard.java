package io.shardjdbc.replication.set;

import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicationEvent;
import io.shardjdbc.replication.probe.NodeReading;
import io.shardjdbc.replication.watch.NodeSpec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A replica set that is not probed: the test says what its nodes answer, and what time it is. */
final class WatchedShard {
  static final long SYSTEM = 42;

  final List<ReplicationEvent> events = new ArrayList<>();
  final ReplicaSet set;
  private final int[] generations;
  private final int[] failures;
  private long now = TimeUnit.DAYS.toNanos(-3);

  WatchedShard(ReadSettings settings, NodeSpec... nodes) {
    this(settings, null, nodes);
  }

  WatchedShard(
      ReadSettings settings,
      @org.jspecify.annotations.Nullable HedgeSettings hedging,
      NodeSpec... nodes) {
    ProbeScheduler scheduler = ProbeScheduler.start();
    scheduler.close();
    ReplicaSetBuilder builder =
        ReplicaSet.builder("s0")
            .settings(settings)
            .clock(() -> now)
            .scheduler(scheduler)
            .listener(events::add);
    if (hedging != null) {
      builder.hedging(hedging);
    }
    for (NodeSpec node : nodes) {
      builder.node(node);
    }
    set = new ReplicaSet(builder);
    generations = new int[nodes.length];
    failures = new int[nodes.length];
    java.util.Arrays.fill(generations, 1);
  }

  /** The usual shard: nodes 0, 1 and 2. */
  static WatchedShard ofThree(ReadSettings settings) {
    return new WatchedShard(settings, node("n0"), node("n1"), node("n2"));
  }

  static NodeSpec node(String name) {
    return NodeSpec.of(
        name,
        timeout -> {
          throw new SQLException("not probed in this test");
        });
  }

  long now() {
    return now;
  }

  void pass(Duration time) {
    now += time.toNanos();
  }

  void primary(int node, int timeline, long position) {
    answer(node, SYSTEM, node, false, timeline, position);
  }

  void replica(int node, int timeline, long position) {
    answer(node, SYSTEM, node, true, timeline, position);
  }

  /** An answer that takes a millisecond. */
  void answer(
      int node, long system, long serverStart, boolean standby, int timeline, long position) {
    long asked = now - origin();
    pass(Duration.ofMillis(1));
    failures[node] = 0;
    set.watch()
        .answered(
            node,
            new NodeReading(
                generations[node],
                standby,
                system,
                serverStart,
                timeline,
                position,
                position,
                NodeReading.Standbys.NONE_CHOSEN,
                asked,
                now - origin()));
  }

  void fails(int node) {
    failures[node]++;
    generations[node]++;
    set.watch().failed(node, failures[node]);
  }

  /** All nodes answer: the first as the primary, replicas as having everything. */
  void healthy(int timeline, long position) {
    primary(0, timeline, position);
    for (int node = 1; node < generations.length; node++) {
      replica(node, timeline, position);
    }
  }

  <T extends ReplicationEvent> List<T> events(Class<T> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static long origin() {
    return TimeUnit.DAYS.toNanos(-3) - 1;
  }
}
