package io.shardjdbc.config;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import java.time.Duration;

/**
 * Reads that see all their shards of one moment.
 *
 * @param reads whether reads over several shards do, outside of transactions, where nothing is
 *     asked of them
 * @param timeout how long a moment may be looked for at which all shards agree
 */
public record SnapshotSettings(boolean reads, Duration timeout) {

  private static final SnapshotSettings DEFAULTS =
      new SnapshotSettings(false, Duration.ofSeconds(10));

  public SnapshotSettings {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION, "transactions: snapshotTimeout is not more than zero");
    }
  }

  /** Only where they are asked for, for 10 s. */
  public static SnapshotSettings defaults() {
    return DEFAULTS;
  }
}
