package io.shardjdbc.reshard;

import io.shardjdbc.routing.ShardId;

/**
 * A process that has sessions on a shard's server, and what it has acknowledged.
 *
 * @param slot its number on the shard
 * @param name as it has enrolled; empty for one that has not
 * @param installed whatever it routes from now on goes by this epoch or a later one; -1 before
 * @param quiesced nothing runs any more that it has routed before this epoch; -1 before
 * @param onReplica whether the sessions are on a replica
 */
public record ProcessStatus(
    ShardId shard, long slot, String name, long installed, long quiesced, boolean onReplica) {}
