package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.WalPosition;

/**
 * One replica in a {@link ShardView}: usable, and this fresh.
 *
 * @param fresh the choice of it within a read's bounds
 * @param stale the choice of it beyond them
 * @param freshness the time up to which it shows all writes
 * @param replayed its timeline and position
 * @param inZone whether it stands in the caller's zone
 */
public record ReplicaView(
    Choice fresh, Choice stale, long freshness, WalPosition replayed, boolean inZone) {}
