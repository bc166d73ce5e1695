package io.shardjdbc.reshard;

import io.shardjdbc.routing.ShardId;

/**
 * Rows of a table on a shard that does not own them, and that are no copies of a move.
 *
 * @param table its name in the map
 * @param condition by which the shard's own server finds them
 */
public record Misplaced(ShardId shard, String table, long rows, String condition) {}
