package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.DegradationLevel;
import io.shardjdbc.replication.Lsn;
import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicationEvent.BreakerChanged;
import io.shardjdbc.replication.ReplicationEvent.LevelChanged;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.replication.marks.Ticks;
import io.shardjdbc.replication.probe.NodeReading;
import io.shardjdbc.replication.probe.PrimaryElection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link ShardView} of what is known, and keeps the two things in it that have a past:
 * the circuit breaker and the level. Guarded by the lock of its {@link ShardWatch}.
 */
final class ViewBuilder {
  private static final int NONE = PrimaryElection.NONE;
  private static final ReplicaView[] NO_REPLICAS = {};

  private final String shard;
  private final List<NodeWatch> nodes;
  private final ReadSettings settings;
  private final Ticks ticks;
  private final EventQueue events;
  private final long maxLag;
  private final long staleThreshold;
  private final long stepTime;

  private boolean breakerOpen;
  private DegradationLevel level = DegradationLevel.HEALTHY;
  private long lastStep;

  ViewBuilder(
      String shard, List<NodeWatch> nodes, ReadSettings settings, Ticks ticks, EventQueue events) {
    this.shard = shard;
    this.nodes = nodes;
    this.settings = settings;
    this.ticks = ticks;
    this.events = events;
    this.maxLag = Ticks.nanos(settings.maxLag());
    this.staleThreshold = Ticks.nanos(settings.staleThreshold());
    this.stepTime = Ticks.nanos(settings.probing().interval());
  }

  ShardView build(int primary, int timeline) {
    moveBreaker(primary);
    moveLevel(primary);
    Choice first = primary == NONE ? null : choice(nodes.get(primary), true, false);
    return new ShardView(
        first,
        timeline,
        replicas(primary, NodeUse.GENERAL),
        replicas(primary, NodeUse.ANALYTICS),
        breakerOpen,
        level);
  }

  private ReplicaView[] replicas(int primary, NodeUse use) {
    if (!settings.replicas()) {
      return NO_REPLICAS;
    }
    return usable(primary, use)
        .sorted(Comparator.comparingLong((NodeWatch node) -> node.freshness).reversed())
        .map(this::replica)
        .filter(replica -> replica != null)
        .toArray(ReplicaView[]::new);
  }

  private Stream<NodeWatch> usable(int primary, NodeUse use) {
    return nodes.stream()
        .filter(node -> node.index != primary && node.spec.use() == use && node.isUsableReplica());
  }

  private @Nullable ReplicaView replica(NodeWatch node) {
    NodeReading reading = node.reading;
    if (reading == null || reading.timeline() < 1) {
      return null;
    }
    return new ReplicaView(
        choice(node, false, false),
        choice(node, false, true),
        node.freshness,
        new WalPosition(reading.timeline(), new Lsn(reading.position())),
        settings.zone() != null && settings.zone().equals(node.spec.zone()));
  }

  private Choice choice(NodeWatch node, boolean primary, boolean stale) {
    long askedAt = node.reading == null ? 0 : ticks.raw(node.reading.askedAt());
    // A former primary that came back as a standby has answered, but not as the primary.
    boolean confirmed = node.reading != null && node.reading.standby() != primary;
    int generation = confirmed ? node.generation() : 0;
    return new Choice(node.spec.id(), node.index, generation, primary, stale, askedAt);
  }

  private void moveBreaker(int primary) {
    long least = usable(primary, NodeUse.GENERAL).mapToLong(NodeWatch::lag).min().orElse(-1);
    boolean open = breakerOpen ? least > maxLag : least > staleThreshold;
    if (open != breakerOpen && least >= 0) {
      breakerOpen = open;
      events.add(new BreakerChanged(shard, open));
    }
  }

  private void moveLevel(int primary) {
    if (nodes.stream().anyMatch(node -> !node.wasProbed())) {
      return;
    }
    long now = ticks.now();
    DegradationLevel seen = seen(primary);
    if (seen.compareTo(level) > 0) {
      step(seen, now);
    } else if (seen != level && now - lastStep >= stepTime) {
      step(level.oneUp(), now);
    }
  }

  private void step(DegradationLevel to, long now) {
    events.add(new LevelChanged(shard, level, to));
    level = to;
    lastStep = now;
  }

  private DegradationLevel seen(int primary) {
    List<NodeWatch> others = nodes.stream().filter(node -> !isPrimary(node, primary)).toList();
    List<NodeWatch> usable = others.stream().filter(NodeWatch::isUsableReplica).toList();
    if (primary == NONE) {
      return usable.isEmpty() ? DegradationLevel.DOWN : DegradationLevel.READ_ONLY;
    } else if (others.isEmpty()) {
      return DegradationLevel.HEALTHY;
    } else if (usable.isEmpty()) {
      return DegradationLevel.REPLICAS_UNFIT;
    } else if (usable.size() < others.size()) {
      return DegradationLevel.REPLICA_DOWN;
    }
    boolean behind = usable.stream().anyMatch(node -> node.lag() > maxLag);
    return behind ? DegradationLevel.ELEVATED_LAG : DegradationLevel.HEALTHY;
  }

  /** Whether a node is the primary, also under another of its names. */
  private boolean isPrimary(NodeWatch node, int primary) {
    if (node.index == primary) {
      return true;
    }
    NodeReading theirs = node.reading;
    NodeReading ours = primary == NONE ? null : nodes.get(primary).reading;
    return theirs != null && ours != null && !node.fenced && theirs.sameServer(ours);
  }
}
