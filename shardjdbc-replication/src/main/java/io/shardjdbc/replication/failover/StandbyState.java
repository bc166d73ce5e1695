package io.shardjdbc.replication.failover;

/**
 * What a server says of itself when a failover looks.
 *
 * @param standby whether it is in recovery
 * @param systemId the cluster's system identifier
 * @param timeline the timeline it follows or writes
 * @param received the end of the WAL that it has, as an unsigned number
 * @param heardAt when its WAL receiver heard from the primary last, in microseconds of its own
 *     clock; 0 if it has no receiver running
 */
public record StandbyState(
    boolean standby, long systemId, int timeline, long received, long heardAt) {

  /** Whether it heard from its primary since an earlier look. */
  public boolean heardSince(StandbyState earlier) {
    return heardAt > earlier.heardAt || Long.compareUnsigned(received, earlier.received) > 0;
  }
}
