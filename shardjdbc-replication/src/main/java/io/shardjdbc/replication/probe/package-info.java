/**
 * Asks the servers, and says what follows from the answers.
 *
 * <p>{@link io.shardjdbc.replication.probe.ProbeLoop} asks each node of a shard again and again
 * through its {@link io.shardjdbc.replication.probe.ProbeConnection}, on the few {@link
 * io.shardjdbc.replication.probe.ProbeThreads} that all shards share; an answer is a {@link
 * io.shardjdbc.replication.probe.NodeReading}. {@link
 * io.shardjdbc.replication.probe.FreshnessLedger} turns positions into times, and is where the
 * proof stands that all guarantees rest on. {@link io.shardjdbc.replication.probe.PrimaryElection}
 * says which of those who claim to be primary is.
 *
 * <p>Nodes are numbers here, in the order of the configuration. Times are nanoseconds since the
 * replica set was made; WAL positions are unsigned longs, because that is what is computed with.
 */
@NullMarked
package io.shardjdbc.replication.probe;

import org.jspecify.annotations.NullMarked;
