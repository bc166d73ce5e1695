package io.shardjdbc.reshard;

import io.shardjdbc.routing.ShardId;

/**
 * Something of a move that is there no more, on a shard's server.
 *
 * @param kind {@code subscription}, {@code slot} or {@code publication}
 * @param name its name on the server
 * @param keptLog how many bytes of its log the server keeps for it
 */
public record Orphan(ShardId shard, String kind, String name, long keptLog) {}
