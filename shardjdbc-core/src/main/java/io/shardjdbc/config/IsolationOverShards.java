package io.shardjdbc.config;

/** What REPEATABLE READ and SERIALIZABLE transactions may do on a second shard. */
public enum IsolationOverShards {
  /** They stay on one shard. */
  REFUSE,
  /** They may use several, each with a snapshot of its own. */
  ALLOW,
  /**
   * A REPEATABLE READ transaction sees all shards of one moment, which its first statement takes; a
   * SERIALIZABLE one stays on one shard.
   */
  SNAPSHOT;

  /** As the configuration writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
