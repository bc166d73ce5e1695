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
 * @param probing how often the nodes are probed
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
    Probing probing) {

  public ReadSettings {
    atLeastZero("maxLag", maxLag);
    atLeastZero("waitBound", waitBound);
    if (staleThreshold.compareTo(maxLag) < 0) {
      throw new IllegalArgumentException("staleThreshold is at least maxLag");
    }
    if (writeMemory.compareTo(maxLag) < 0) {
      throw new IllegalArgumentException("writeMemory (readYourWrites) is at least maxLag");
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

  static void atLeastZero(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " is not negative");
    }
  }

  static void positive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " is more than zero");
    }
  }
}
