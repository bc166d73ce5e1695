package io.shardjdbc.replication;

import java.time.Duration;

/**
 * How often the nodes of a shard are asked how they are, and when one of them counts as gone.
 *
 * @param interval the time between probes while the shard is in use; 50 ms by default
 * @param idleInterval the time between probes while it is not; 1 s by default
 * @param idleAfter after how long without reads and writes the shard counts as not in use; 10 s by
 *     default
 * @param timeout how long a probe waits for an answer; 500 ms by default
 * @param silenceLimit after how long without an answer of a node the requests under way on it are
 *     given up; 5 s by default. A stopped server ends no request by itself.
 * @param failuresUntilDown after how many failed probes in a row the primary counts as gone; 2 by
 *     default. A replica is out of use after the first.
 */
public record Probing(
    Duration interval,
    Duration idleInterval,
    Duration idleAfter,
    Duration timeout,
    Duration silenceLimit,
    int failuresUntilDown) {

  public Probing {
    ReadSettings.positive("probeInterval", interval);
    ReadSettings.positive("probeTimeout", timeout);
    if (silenceLimit.compareTo(timeout) < 0) {
      throw new IllegalArgumentException("silenceLimit is at least probeTimeout");
    }
    ReadSettings.atLeastZero("idleAfter", idleAfter);
    if (idleInterval.compareTo(interval) < 0) {
      throw new IllegalArgumentException("idleProbeInterval is at least probeInterval");
    }
    if (failuresUntilDown < 1) {
      throw new IllegalArgumentException("failuresUntilDown is at least 1");
    }
  }
}
