package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.Lsn;
import io.shardjdbc.replication.NodeHealth;
import io.shardjdbc.replication.NodeId;
import io.shardjdbc.replication.ReadSettings;
import io.shardjdbc.replication.ReplicationEvent.NodeDown;
import io.shardjdbc.replication.ReplicationEvent.NodeFenced;
import io.shardjdbc.replication.ReplicationEvent.NodeRefused;
import io.shardjdbc.replication.ReplicationEvent.NodeSilent;
import io.shardjdbc.replication.ReplicationEvent.NodeUp;
import io.shardjdbc.replication.ReplicationEvent.PrimaryChanged;
import io.shardjdbc.replication.ReplicationEvent.SplitBrain;
import io.shardjdbc.replication.ReplicationListener;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.replication.marks.Reigns;
import io.shardjdbc.replication.marks.Ticks;
import io.shardjdbc.replication.probe.FreshnessLedger;
import io.shardjdbc.replication.probe.NodeReading;
import io.shardjdbc.replication.probe.PrimaryElection;
import io.shardjdbc.replication.probe.PrimaryElection.Candidate;
import io.shardjdbc.replication.probe.PrimaryElection.Outcome;
import io.shardjdbc.replication.probe.PrimaryElection.Reign;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known about a shard: takes in the probe's answers one by one and publishes a new {@link
 * ShardView} after each.
 *
 * <p>An answer passes three judgements. Is the node of this shard at all (system identifier)? Who
 * is the primary now ({@link PrimaryElection})? And for a replica: does it share the primary's
 * history, and how fresh is it ({@link FreshnessLedger})?
 *
 * <p>Thread-safe: one lock, taken by probes and by failed requests, never by a read.
 */
public final class ShardWatch {
  private static final int NONE = PrimaryElection.NONE;

  private final String shard;
  private final List<NodeWatch> nodes;
  private final ReadSettings settings;
  private final Ticks ticks;
  private final EventQueue events;
  private final ViewBuilder views;
  private final Reigns terms = new Reigns();
  private final FreshnessLedger ledger = new FreshnessLedger();
  private final ViewCell cell;
  private final long silenceLimit;

  /** Who is the primary now; at first the first node, on the word of the configuration. */
  private int primary;

  /** Who was followed last. */
  private Reign reign = new Reign(0, null);

  private long systemId;

  /** The timeline number that two primaries were seen to share; 0 for none. */
  private int ambiguousTimeline;

  public ShardWatch(
      String shard,
      List<NodeWatch> nodes,
      ReadSettings settings,
      Ticks ticks,
      ReplicationListener listener) {
    this.shard = shard;
    this.nodes = nodes;
    this.settings = settings;
    this.ticks = ticks;
    this.silenceLimit = Ticks.nanos(settings.probing().silenceLimit());
    this.events = new EventQueue(listener);
    this.views = new ViewBuilder(shard, nodes, settings, ticks, events);
    this.cell = new ViewCell(views.build(0, 0));
  }

  public ViewCell cell() {
    return cell;
  }

  public Reigns terms() {
    return terms;
  }

  public synchronized int primary() {
    return primary;
  }

  public synchronized void suspect(int node) {
    nodes.get(node).suspectedAt = ticks.now();
    publish();
  }

  /** Who was followed last: its number, timeline (0 if it never answered) and system. */
  public record Followed(int node, int timeline, long systemId) {}

  public synchronized Followed followed() {
    return new Followed(reign.node(), reign.timeline(), systemId);
  }

  /** When the followed primary answered a probe last; empty if it never did. */
  public synchronized OptionalLong lastAnswer() {
    NodeReading last = reign.reading();
    return last == null ? OptionalLong.empty() : OptionalLong.of(last.answeredAt());
  }

  /** What a promotion of a replica that has received so much could lose; empty if unknown. */
  public synchronized Optional<Duration> exposure(long received) {
    return exposureSince(ledger.freshness(received));
  }

  public synchronized NodeReading.Standbys standbys() {
    NodeReading reading = primary == NONE ? null : nodes.get(primary).reading;
    return reading == null ? NodeReading.Standbys.UNKNOWN : reading.standbys();
  }

  /** Whether every node was probed at least once. */
  public synchronized boolean wasProbed() {
    return nodes.stream().allMatch(NodeWatch::wasProbed);
  }

  public synchronized List<NodeHealth> health(NodeActivity activity) {
    long now = ticks.now();
    return nodes.stream().map(node -> health(node, now, activity)).toList();
  }

  public void answered(int index, NodeReading reading) {
    synchronized (this) {
      NodeWatch node = nodes.get(index);
      boolean wasUp = node.answering;
      boolean known = node.wasProbed();
      node.answered(reading);
      judgeSystem(node);
      elect();
      if (index == primary) {
        sample(node, reading);
      }
      judgeHistory(node);
      if (!wasUp && known) {
        events.add(new NodeUp(shard, node.spec.id()));
      }
      publish();
    }
    events.deliver();
  }

  public void failed(int index, int inARow) {
    synchronized (this) {
      NodeWatch node = nodes.get(index);
      boolean wasUp = node.answering || !node.wasProbed();
      node.failed(inARow);
      elect();
      if (wasUp) {
        events.add(new NodeDown(shard, node.spec.id()));
      }
      if (node.hasBecomeSilent(ticks.now(), silenceLimit)) {
        events.add(new NodeSilent(shard, node.spec.id()));
      }
      publish();
    }
    events.deliver();
  }

  public void overdue(int index) {
    synchronized (this) {
      nodes.get(index).overdue = true;
      publish();
    }
    events.deliver();
  }

  private void publish() {
    cell.publish(views.build(primary, reign.timeline()));
  }

  private void judgeSystem(NodeWatch node) {
    NodeReading reading = node.reading;
    if (reading == null) {
      return;
    }
    if (systemId == 0 && !reading.standby()) {
      systemId = reading.systemId();
    }
    if (systemId != 0) {
      for (NodeWatch other : nodes) {
        boolean foreign = other.reading != null && other.reading.systemId() != systemId;
        if (foreign) {
          refuse(other, NodeRefused.Cause.OTHER_SYSTEM);
        } else if (other.refused == NodeRefused.Cause.OTHER_SYSTEM) {
          other.refused = null;
        }
      }
    }
  }

  private void elect() {
    List<Candidate> candidates = new ArrayList<>();
    for (NodeWatch node : nodes) {
      boolean ours = node.refused != NodeRefused.Cause.OTHER_SYSTEM;
      boolean gone = node.failures >= settings.probing().failuresUntilDown();
      candidates.add(new Candidate(ours ? node.reading : null, node.answering, gone));
    }
    Outcome outcome = PrimaryElection.decide(candidates, reign);
    follow(outcome.primary());
    if (outcome.ambiguous()) {
      ambiguousTimeline = reign.timeline();
    }
    fence(outcome);
  }

  private void follow(int next) {
    int former = primary;
    NodeReading reading = next == NONE ? null : nodes.get(next).reading;
    primary = next;
    boolean newReign =
        reading != null
            && !reading.standby()
            && (next != reign.node() || reading.timeline() != reign.timeline());
    Optional<Duration> exposure = Optional.empty();
    if (newReign) {
      boolean first = reign.reading() == null;
      if (!first) {
        exposure = exposureSince(nodes.get(next).received);
        terms.next(nodes.get(next).received);
      }
      // Samples and proofs of another history, or of none that was confirmed, say nothing here.
      ledger.clear();
      nodes.forEach(NodeWatch::forget);
    }
    if (reading != null && !reading.standby()) {
      reign = new Reign(next, reading);
    }
    if (former != next || (newReign && !exposure.isEmpty())) {
      events.add(
          new PrimaryChanged(
              shard, idOf(former), idOf(next), next == NONE ? 0 : reign.timeline(), exposure));
    }
  }

  /** How long before its end the former primary may have acknowledged what the new one lacks. */
  private Optional<Duration> exposureSince(long freshness) {
    NodeReading last = reign.reading();
    if (last == null || freshness == FreshnessLedger.NOTHING) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(Math.max(0, last.answeredAt() - freshness)));
  }

  private Optional<NodeId> idOf(int index) {
    return index == NONE ? Optional.empty() : Optional.of(nodes.get(index).spec.id());
  }

  private void fence(Outcome outcome) {
    boolean anyNew = false;
    for (NodeWatch node : nodes) {
      boolean fenced = outcome.fenced().contains(node.index);
      if (fenced && !node.fenced && node.reading != null) {
        anyNew = true;
        events.add(new NodeFenced(shard, node.spec.id(), node.reading.timeline()));
      }
      node.fenced = fenced;
    }
    boolean rivals = outcome.ambiguous() || (primary != NONE && nodes.get(primary).answering);
    if (anyNew && rivals) {
      List<NodeId> fenced = outcome.fenced().stream().map(i -> nodes.get(i).spec.id()).toList();
      events.add(new SplitBrain(shard, idOf(primary), fenced));
    }
  }

  private void sample(NodeWatch node, NodeReading reading) {
    ledger.sample(reading.askedAt(), reading.position());
    node.freshness = reading.askedAt();
    for (NodeWatch other : nodes) {
      NodeReading theirs = other.reading;
      if (theirs != null
          && theirs.standby()
          && theirs.timeline() == reading.timeline()
          && theirs.answeredAt() <= reading.askedAt()
          && Long.compareUnsigned(theirs.position(), reading.position()) > 0) {
        other.ahead = true;
        judgeHistory(other);
      }
    }
  }

  private void judgeHistory(NodeWatch node) {
    NodeReading reading = node.reading;
    if (reading == null
        || !reading.standby()
        || reign.timeline() == 0
        || node.refused == NodeRefused.Cause.OTHER_SYSTEM) {
      return;
    }
    if (ambiguousTimeline == reign.timeline()) {
      refuse(node, NodeRefused.Cause.AMBIGUOUS_TIMELINE);
    } else if (reading.timeline() != reign.timeline()) {
      refuse(node, NodeRefused.Cause.OTHER_TIMELINE);
    } else if (node.ahead) {
      refuse(node, NodeRefused.Cause.AHEAD_OF_PRIMARY);
    } else {
      node.refused = null;
      node.measure(ledger);
    }
  }

  private void refuse(NodeWatch node, NodeRefused.Cause cause) {
    if (node.refused != cause) {
      node.refused = cause;
      node.forget();
      events.add(new NodeRefused(shard, node.spec.id(), cause));
    }
  }

  private NodeHealth health(NodeWatch node, long now, NodeActivity activity) {
    NodeReading reading = node.reading;
    boolean isPrimary = node.index == primary && reading != null;
    Optional<Duration> lag =
        isPrimary
            ? Optional.of(Duration.ZERO)
            : node.freshness == FreshnessLedger.NOTHING
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, now - node.freshness)));
    return new NodeHealth(
        node.spec.id(),
        state(node),
        reading == null || reading.timeline() < 1
            ? Optional.empty()
            : Optional.of(new WalPosition(reading.timeline(), new Lsn(reading.position()))),
        lag,
        reading == null
            ? Optional.empty()
            : Optional.of(Duration.ofNanos(Math.max(0, now - reading.answeredAt()))),
        node.failures,
        activity.outstanding(node.index));
  }

  private NodeHealth.State state(NodeWatch node) {
    if (!node.wasProbed()) {
      return NodeHealth.State.UNKNOWN;
    } else if (!node.answering || node.overdue) {
      return NodeHealth.State.DOWN;
    } else if (node.refused != null) {
      return NodeHealth.State.REFUSED;
    } else if (node.fenced) {
      return NodeHealth.State.FENCED;
    } else if (node.index == primary || (node.reading != null && !node.reading.standby())) {
      return NodeHealth.State.PRIMARY;
    }
    return NodeHealth.State.REPLICA;
  }
}
