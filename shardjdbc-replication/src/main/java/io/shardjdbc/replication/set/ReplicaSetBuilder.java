package io.shardjdbc.replication.set;

import io.shardjdbc.replication.HedgeSettings;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicationListener;
import io.shardjdbc.replication.marks.Labels;
import io.shardjdbc.replication.marks.Ticks;
import io.shardjdbc.replication.probe.ConnectionSource;
import io.shardjdbc.replication.probe.ProbeLoop;
import io.shardjdbc.replication.probe.ProbePace;
import io.shardjdbc.replication.watch.NodeSpec;
import io.shardjdbc.replication.watch.NodeWatch;
import io.shardjdbc.replication.watch.ShardWatch;
import io.shardjdbc.replication.watch.UseSignal;
import io.shardjdbc.replication.watch.WatchSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Builds a {@link ReplicaSet}. */
public final class ReplicaSetBuilder {
  final String shard;
  final List<NodeSpec> nodes = new ArrayList<>();
  ReadSettings settings = ReadSettings.defaults();
  LongSupplier clock = System::nanoTime;
  ReplicationListener listener = event -> {};
  @Nullable HedgeSettings hedging;
  List<String> places = List.of();
  private @Nullable ProbeScheduler scheduler;

  ReplicaSetBuilder(String shard) {
    this.shard = Labels.check("a shard name", shard);
  }

  /**
   * Adds a node. The first one given counts as the primary until it, or another, has answered.
   *
   * @throws IllegalArgumentException if the shard has a node of this name already
   */
  public ReplicaSetBuilder node(NodeSpec node) {
    if (nodes.stream().anyMatch(other -> other.id().equals(node.id()))) {
      throw new IllegalArgumentException(
          "shard " + shard + " has two nodes of the name " + node.id());
    }
    nodes.add(node);
    return this;
  }

  /** How reads use replicas, and how often nodes are probed. */
  public ReplicaSetBuilder settings(ReadSettings readSettings) {
    this.settings = readSettings;
    return this;
  }

  /** The threads to probe on; must be given. */
  public ReplicaSetBuilder scheduler(ProbeScheduler probeScheduler) {
    this.scheduler = probeScheduler;
    return this;
  }

  /** Who hears of events; nobody by default. */
  public ReplicaSetBuilder listener(ReplicationListener replicationListener) {
    this.listener = replicationListener;
    return this;
  }

  /** Turns hedging on; off by default. */
  public ReplicaSetBuilder hedging(HedgeSettings hedgeSettings) {
    this.hedging = hedgeSettings;
    return this;
  }

  /**
   * Where the nodes are, by which other replica sets of this process are found that write to the
   * same database: their writes are own writes, too. None by default. It takes the clock of the
   * process.
   */
  public ReplicaSetBuilder places(List<String> ofNodes) {
    this.places = List.copyOf(ofNodes);
    return this;
  }

  /** A monotonic clock in nanoseconds; {@link System#nanoTime()} by default. */
  public ReplicaSetBuilder clock(LongSupplier nanoClock) {
    this.clock = nanoClock;
    return this;
  }

  /**
   * The replica set, which starts probing at once and waits for nothing.
   *
   * @throws IllegalArgumentException if there is no node or no scheduler
   */
  public ReplicaSet build() {
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("shard " + shard + " has no node");
    }
    ReplicaSet set = new ReplicaSet(this);
    set.start();
    return set;
  }

  List<NodeWatch> watches() {
    List<NodeWatch> watches = new ArrayList<>();
    for (NodeSpec node : nodes) {
      watches.add(new NodeWatch(watches.size(), node));
    }
    return watches;
  }

  ProbeLoop loop(Ticks ticks, ShardWatch watch, UseSignal use) {
    if (scheduler == null) {
      throw new IllegalArgumentException("shard " + shard + " has no probe scheduler");
    }
    Duration timeout = settings.probing().timeout();
    List<ConnectionSource> sources = new ArrayList<>();
    for (NodeSpec node : nodes) {
      sources.add(() -> node.connector().connect(timeout));
    }
    return new ProbeLoop(
        scheduler.threads(), pace(), ticks::now, new WatchSink(watch, use), sources);
  }

  private ProbePace pace() {
    // A node alone has nobody to be compared with: only that it lives is of interest.
    Duration interval =
        nodes.size() == 1 ? settings.probing().idleInterval() : settings.probing().interval();
    return new ProbePace(
        Ticks.nanos(interval),
        Ticks.nanos(settings.probing().idleInterval()),
        Ticks.nanos(settings.probing().idleAfter()),
        Math.toIntExact(Math.max(1, settings.probing().timeout().toMillis())));
  }
}
