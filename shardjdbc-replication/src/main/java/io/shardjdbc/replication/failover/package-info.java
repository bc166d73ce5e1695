/**
 * Promotes a replica when the primary is gone, for shards that nothing else looks after.
 *
 * <p>{@link io.shardjdbc.replication.failover.FailoverCommand} is the way in; a {@code
 * ShardDataSource} gives its builder for a shard. What it asks of one server is done by a {@link
 * io.shardjdbc.replication.failover.Ballot}, a session that can look, lock and promote; {@link
 * io.shardjdbc.replication.failover.StandbyState} is what it sees.
 */
@NullMarked
package io.shardjdbc.replication.failover;

import org.jspecify.annotations.NullMarked;
