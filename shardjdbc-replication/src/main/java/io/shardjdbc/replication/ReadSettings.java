package io.shardjdbc.replication;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How reads use the replicas of a shard, and how often the nodes are probed.
 *
 * @param replicas whether reads may use replicas at all
 * @param maxLag how far behind a replica may be for an ordinary read; 1 s by default
 * @param staleThreshold the lag of the freshest replica from which tolerant reads stay on replicas
 *     however stale, instead of drowning the primary; 10 s by default
 * @param readYourWrites how widely writes are remembered; by key by default
 * @param writeMemory how long a write is remembered; 30 s by default, at least {@code maxLag}, so
 *     that a forgotten write is one that every replica in use has
 * @param policy which of several fresh replicas serves; each in turn by default
 * @param zone the caller's own zone, for {@link ReadPolicy#ZONE}; null by default
 * @param waitBound how long a read with a token or a sequential read waits for a replica before the
 *     primary serves it; 100 ms by default
 * @param probeInterval the time between probes while the shard is in use; 50 ms by default
 * @param idleProbeInterval the time between probes while it is not; 1 s by default
 * @param idleAfter after how long without reads and writes the shard counts as not in use; 10 s by
 *     default
 * @param probeTimeout how long a probe waits for an answer; 500 ms by default
 * @param silenceLimit after how long without an answer of a node the requests under way on it are
 *     given up; 5 s by default. A stopped server ends no request by itself.
 * @param failuresUntilDown after how many failed probes in a row the primary counts as gone; 2 by
 *     default. A replica is out of use after the first.
 */
public record ReadSettings(
    boolean replicas,
    Duration maxLag,
    Duration staleThreshold,
    ReadYourWrites readYourWrites,
    Duration writeMemory,
    ReadPolicy policy,
    @Nullable String zone,
    Duration waitBound,
    Duration probeInterval,
    Duration idleProbeInterval,
    Duration idleAfter,
    Duration probeTimeout,
    Duration silenceLimit,
    int failuresUntilDown) {

  public ReadSettings {
    atLeastZero("maxLag", maxLag);
    atLeastZero("waitBound", waitBound);
    positive("probeInterval", probeInterval);
    positive("probeTimeout", probeTimeout);
    if (silenceLimit.compareTo(probeTimeout) < 0) {
      throw new IllegalArgumentException("silenceLimit is at least probeTimeout");
    }
    atLeastZero("idleAfter", idleAfter);
    if (staleThreshold.compareTo(maxLag) < 0) {
      throw new IllegalArgumentException("staleThreshold is at least maxLag");
    }
    if (writeMemory.compareTo(maxLag) < 0) {
      throw new IllegalArgumentException("writeMemory (readYourWrites) is at least maxLag");
    }
    if (idleProbeInterval.compareTo(probeInterval) < 0) {
      throw new IllegalArgumentException("idleProbeInterval is at least probeInterval");
    }
    if (failuresUntilDown < 1) {
      throw new IllegalArgumentException("failuresUntilDown is at least 1");
    }
    if (policy == ReadPolicy.ZONE && zone == null) {
      throw new IllegalArgumentException("the policy ZONE needs the caller's own zone");
    }
  }

  /** All defaults. */
  public static ReadSettings defaults() {
    return builder().build();
  }

  /** A builder that starts from the defaults. */
  public static ReadSettingsBuilder builder() {
    return new ReadSettingsBuilder();
  }

  private static void atLeastZero(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " is not negative");
    }
  }

  private static void positive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " is more than zero");
    }
  }
}
