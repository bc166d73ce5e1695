package io.shardjdbc.config;

import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A shard: its name and its servers.
 *
 * @param primary the server that takes writes when the DataSource opens
 * @param replicas its streaming replicas, which may be none
 */
public record ShardConfiguration(
    ShardId id, NodeConfiguration primary, List<NodeConfiguration> replicas) {

  public ShardConfiguration {
    replicas = List.copyOf(replicas);
    if (primary.use() != NodeUse.GENERAL) {
      throw new RoutingException(
          ErrorCode.BAD_CONFIGURATION, "the primary of shard " + id + " cannot be kept for a use");
    }
  }

  /** A shard of one server. */
  public static ShardConfiguration of(String name, NodeConfiguration primary) {
    return new ShardConfiguration(new ShardId(name), primary, List.of());
  }

  /** All servers by name: {@code primary}, {@code replica-1}, {@code replica-2} and so on. */
  public Map<String, NodeConfiguration> nodes() {
    Map<String, NodeConfiguration> nodes = new LinkedHashMap<>();
    nodes.put("primary", primary);
    for (NodeConfiguration replica : replicas) {
      nodes.put("replica-" + nodes.size(), replica);
    }
    return Collections.unmodifiableMap(nodes);
  }
}
