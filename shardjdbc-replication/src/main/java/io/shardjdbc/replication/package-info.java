/**
 * One shard's nodes: which one is the primary, how fresh each replica is, which one serves a read.
 *
 * <p>{@link io.shardjdbc.replication.ReplicaSet} is the way in: it probes the nodes of one shard on
 * a shared {@link io.shardjdbc.replication.ProbeScheduler} and answers a {@link
 * io.shardjdbc.replication.ReadIntent} with a {@link io.shardjdbc.replication.Choice}. What people
 * carry from request to request is a {@link io.shardjdbc.replication.CausalToken} or a {@link
 * io.shardjdbc.replication.ReadSession}.
 *
 * <p>Inside, answers of the probe come to {@link io.shardjdbc.replication.ShardWatch}, which
 * publishes a {@link io.shardjdbc.replication.ShardView}; {@link
 * io.shardjdbc.replication.ReadChooser} decides each read from the current view. Why a replica may
 * be trusted is proved at the head of {@code probe.FreshnessLedger}.
 */
@NullMarked
package io.shardjdbc.replication;

import org.jspecify.annotations.NullMarked;
