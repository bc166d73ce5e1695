package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.ReplicationEvent;
import io.shardjdbc.replication.probe.FreshnessLedger;
import io.shardjdbc.replication.probe.NodeReading;
import org.jspecify.annotations.Nullable;

/** What is known about one node. Guarded by the lock of its {@link ShardWatch}. */
public final class NodeWatch {
  final int index;
  final NodeSpec spec;

  /** The last answer; kept when later probes fail. */
  @Nullable NodeReading reading;

  /** Whether the last probe that is done succeeded. */
  boolean answering;

  /** Whether a probe has been under way for unusually long. */
  boolean overdue;

  int failures;

  /** When a request to it failed last, by its users' word; it is out of use until asked again. */
  long suspectedAt;

  /** Why it is not used though it answers. */
  ReplicationEvent.NodeRefused.@Nullable Cause refused;

  /** It has replayed more than the primary wrote; true until its connection ends. */
  boolean ahead;

  /** It was reported to be silent. */
  private boolean silent;

  /** It claims to be primary and is not the one. */
  boolean fenced;

  /** The time up to which it shows all writes. */
  long freshness = FreshnessLedger.NOTHING;

  /** The time up to which it has received all writes. */
  long received = FreshnessLedger.NOTHING;

  /** Up to when it may be assumed to show all writes, for judging how far it is behind. */
  private long behindSince = FreshnessLedger.NOTHING;

  public NodeWatch(int index, NodeSpec spec) {
    this.index = index;
    this.spec = spec;
  }

  public void answered(NodeReading next) {
    if (generation() != next.generation()) {
      // Another server process, maybe: what was proved was proved for the last one.
      forget();
      ahead = false;
    }
    reading = next;
    answering = true;
    overdue = false;
    failures = 0;
    silent = false;
    if (next.askedAt() > suspectedAt) {
      suspectedAt = 0;
    }
  }

  public void failed(int inARow) {
    answering = false;
    overdue = false;
    failures = inARow;
  }

  /** Whether it has become silent by now; true once until it answers again. */
  public boolean hasBecomeSilent(long now, long limit) {
    boolean became = !silent && reading != null && now - reading.answeredAt() > limit;
    silent |= became;
    return became;
  }

  public void forget() {
    freshness = FreshnessLedger.NOTHING;
    received = FreshnessLedger.NOTHING;
    behindSince = FreshnessLedger.NOTHING;
  }

  /** Its freshness by the ledger, given that it follows the ledger's timeline. */
  public void measure(FreshnessLedger ledger) {
    if (reading != null) {
      freshness = Math.max(freshness, ledger.freshness(reading.position()));
      received = Math.max(received, ledger.freshness(reading.received()));
      behindSince = freshness != FreshnessLedger.NOTHING ? freshness : ledger.oldest();
    }
  }

  public int generation() {
    return reading == null ? 0 : reading.generation();
  }

  public boolean wasProbed() {
    return reading != null || failures > 0;
  }

  /** Whether it is a replica that reads may be sent to, as far as it is fresh enough. */
  public boolean isUsableReplica() {
    return answering
        && !overdue
        && suspectedAt == 0
        && refused == null
        && reading != null
        && reading.standby();
  }

  /**
   * How far it was behind when it answered last, in nanoseconds, for levels and the breaker.
   *
   * <p>As long as nothing is proved, as right after the start, it is behind since the first sample:
   * a lower bound, so that it does not count as far behind before it had time to show the contrary.
   */
  public long lag() {
    if (reading == null || behindSince == FreshnessLedger.NOTHING) {
      return 0;
    }
    return Math.max(0, reading.answeredAt() - behindSince);
  }
}
