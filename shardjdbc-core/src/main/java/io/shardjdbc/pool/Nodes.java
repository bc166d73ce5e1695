package io.shardjdbc.pool;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.Secret;
import io.shardjdbc.config.ShardConfiguration;
import org.jspecify.annotations.Nullable;

/** Makes the nodes that a configuration describes. */
public final class Nodes {

  static final String PRIMARY = "primary";

  private Nodes() {}

  /**
   * Pools that open nothing yet; shards with replicas are watched from their first use on.
   *
   * @param metrics a registry that HikariCP knows; null for none
   * @param greetings what is said on each connection first
   */
  public static ShardNodes of(
      Configuration configuration, @Nullable Object metrics, Greetings greetings) {
    return new WatchedNodes(configuration, metrics, greetings);
  }

  static NodePool pool(
      Configuration configuration,
      ShardConfiguration shard,
      String name,
      NodeConfiguration node,
      @Nullable Object metrics,
      Greetings greetings) {
    NodeAddress address =
        new NodeAddress(
            shard.id(),
            shard.id() + "." + name,
            node.url(),
            node.username().orElse(null),
            node.password().map(Secret::value).orElse(null));
    return new NodePool(address, configuration.pool(), metrics, greetings);
  }
}
