/**
 * One shard's servers as the DataSource uses them.
 *
 * <p>{@link io.shardjdbc.replication.set.ReplicaSet} probes the nodes of one shard on a shared
 * {@link io.shardjdbc.replication.set.ProbeScheduler}, and answers a {@code ReadIntent} with a
 * {@code Choice}. {@link io.shardjdbc.replication.set.OwnWrites} notes writes for the replica sets
 * of other DataSources of the process.
 */
@NullMarked
package io.shardjdbc.replication.set;

import org.jspecify.annotations.NullMarked;
