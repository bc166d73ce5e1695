package io.shardjdbc.replication;

/**
 * How much of a shard's service is left, from all to nothing.
 *
 * <p>A level says what the probes see; it never decides a read by itself. Each read is decided by
 * the freshness of the nodes at that moment, and these rungs are what follows from it.
 */
public enum DegradationLevel {
  /** Every node answers and every replica is within the allowed lag. */
  HEALTHY,
  /** A replica is behind: fresh reads avoid it, tolerant reads stay on it. */
  ELEVATED_LAG,
  /** A replica does not answer, or may not be used; the others serve. */
  REPLICA_DOWN,
  /** No replica can be used: all reads go to the primary. */
  REPLICAS_UNFIT,
  /** No primary: writes are refused at once; reads that allow staleness are served by replicas. */
  READ_ONLY,
  /** No node can be used. */
  DOWN;

  /** The worse of two levels, for a summary over shards. */
  public DegradationLevel worse(DegradationLevel other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** The next better level; {@link #HEALTHY} stays itself. */
  public DegradationLevel oneUp() {
    return switch (this) {
      case HEALTHY, ELEVATED_LAG -> HEALTHY;
      case REPLICA_DOWN -> ELEVATED_LAG;
      case REPLICAS_UNFIT -> REPLICA_DOWN;
      case READ_ONLY -> REPLICAS_UNFIT;
      case DOWN -> READ_ONLY;
    };
  }
}
