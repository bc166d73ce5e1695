package io.shardjdbc;

import io.shardjdbc.pool.NodePool;
import io.shardjdbc.routing.ShardId;

/**
 * How many connections there are to one server at a moment.
 *
 * @param node the server's name, such as {@code s0.primary}
 * @param open connections that are open
 * @param lent those of them that are in use
 */
public record NodeUsage(ShardId shard, String node, int open, int lent) {

  static NodeUsage of(NodePool pool) {
    return new NodeUsage(pool.shard(), pool.name(), pool.openConnections(), pool.lentConnections());
  }
}
