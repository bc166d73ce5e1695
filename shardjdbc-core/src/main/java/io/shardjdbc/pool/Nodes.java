package io.shardjdbc.pool;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.Secret;
import io.shardjdbc.config.ShardConfiguration;

/** Makes the nodes that a configuration describes. */
public final class Nodes {

  static final String PRIMARY = "primary";

  private Nodes() {}

  /** Pools that open nothing yet; shards with replicas are watched from their first use on. */
  public static ShardNodes of(Configuration configuration) {
    return new WatchedNodes(configuration);
  }

  static NodePool pool(
      Configuration configuration, ShardConfiguration shard, String name, NodeConfiguration node) {
    NodeAddress address =
        new NodeAddress(
            shard.id(),
            shard.id() + "." + name,
            node.url(),
            node.username().orElse(null),
            node.password().map(Secret::value).orElse(null));
    return new NodePool(address, configuration.pool());
  }
}
