package io.shardjdbc.pool;

import io.shardjdbc.config.Configuration;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.Secret;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.routing.ShardId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes the nodes that a configuration describes. */
public final class Nodes {

  private static final String PRIMARY = "primary";

  private Nodes() {}

  /** Pools that open nothing yet; shards with replicas are watched from their first use on. */
  public static ShardNodes of(Configuration configuration) {
    boolean replicas =
        configuration.shards().stream().anyMatch(shard -> !shard.replicas().isEmpty());
    Map<ShardId, NodePool> primaries = new LinkedHashMap<>();
    for (ShardConfiguration shard : configuration.shards()) {
      if (shard.replicas().isEmpty()) {
        primaries.put(shard.id(), pool(configuration, shard, PRIMARY, shard.primary()));
      }
    }
    return replicas
        ? new WatchedNodes(configuration, primaries)
        : new Primaries(primaries, new TableDurability(configuration));
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
