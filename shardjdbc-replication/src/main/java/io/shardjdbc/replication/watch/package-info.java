/**
 * What is known of one shard's nodes, now.
 *
 * <p>Answers of the probe come to {@link io.shardjdbc.replication.watch.ShardWatch}, which keeps a
 * {@link io.shardjdbc.replication.watch.NodeWatch} for each node and publishes a {@link
 * io.shardjdbc.replication.watch.ShardView}: the {@link io.shardjdbc.replication.watch.Choice}s
 * that can be made until the next answer. Readers take the current view from a {@link
 * io.shardjdbc.replication.watch.ViewCell} without a lock.
 */
@NullMarked
package io.shardjdbc.replication.watch;

import org.jspecify.annotations.NullMarked;
