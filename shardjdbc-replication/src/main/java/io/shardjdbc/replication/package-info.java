/**
 * The words of reading from replicas: what a read asks for, what a node is like, what happens.
 *
 * <p>A read says what it needs by a {@link io.shardjdbc.replication.ReadIntent}; a commit says what
 * it waits for by a {@link io.shardjdbc.replication.Durability}. What people carry from request to
 * request is a {@link io.shardjdbc.replication.CausalToken} or a {@link
 * io.shardjdbc.replication.ReadSession}. {@link io.shardjdbc.replication.ReadSettings} say how one
 * DataSource does it, and a {@link io.shardjdbc.replication.ReplicationListener} hears of it.
 *
 * <p>The rooms below, of which users see only {@code failover}: {@code probe} asks the servers and
 * says what follows from the answers, {@code watch} publishes what is known of a shard's nodes,
 * {@code marks} remembers writes and sessions as plain numbers, {@code choose} decides each read,
 * and {@code set} is the way in for the DataSource: {@code ReplicaSet}, one for each shard. Why a
 * replica may be trusted is proved at the head of {@code probe.FreshnessLedger}.
 */
@NullMarked
package io.shardjdbc.replication;

import org.jspecify.annotations.NullMarked;
