package io.shardjdbc.replication.watch;

import io.shardjdbc.replication.DegradationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Everything a read needs to be decided, at one moment: made by the probe, read by all threads.
 *
 * <p>Whatever can be done once a probe is done here, so that a choice is a few comparisons: the
 * {@link Choice}s are made beforehand, and the replicas stand with the freshest first.
 *
 * @param primary the choice of the primary; null if there is none
 * @param timeline the timeline of the history that is followed; 0 if none is known
 * @param general the replicas in use for ordinary reads, freshest first
 * @param analytics those kept for analytics, freshest first
 * @param breakerOpen whether tolerant reads stay on replicas however stale
 * @param level the shard's level
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed, never compared; on every read's path.
public record ShardView(
    @Nullable Choice primary,
    int timeline,
    ReplicaView[] general,
    ReplicaView[] analytics,
    boolean breakerOpen,
    DegradationLevel level) {}
