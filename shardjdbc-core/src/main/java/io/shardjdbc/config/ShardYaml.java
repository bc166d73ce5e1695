package io.shardjdbc.config;

import io.shardjdbc.replication.NodeUse;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.yaml.YamlMap;
import io.shardjdbc.routing.yaml.YamlNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an entry of {@code shards}.
 *
 * <pre>{@code
 * s0:
 *   primary: {url: "jdbc:postgresql://db0/app", username: app, password: "${DB_PASSWORD}"}
 *   replicas:
 *     - {url: "jdbc:postgresql://db0r1/app", zone: eu-1a}
 *     - {url: "jdbc:postgresql://db0r2/app", use: analytics}
 * }</pre>
 *
 * <p>A node may be its URL alone, and so may a shard that has no replicas. Replicas connect as the
 * primary does unless they say otherwise.
 */
final class ShardYaml {
  private static final Map<String, NodeUse> USES =
      Map.of("general", NodeUse.GENERAL, "analytics", NodeUse.ANALYTICS);

  private ShardYaml() {}

  /** All shards, in the order of the file. */
  static List<ShardConfiguration> all(YamlNode shards) {
    return shards.map().entries().entrySet().stream()
        .map(entry -> read(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static ShardConfiguration read(String name, YamlNode node) {
    if (node.isScalar()) {
      NodeConfiguration only = primary(node);
      return node.build(() -> new ShardConfiguration(new ShardId(name), only, List.of()));
    }
    YamlMap map = node.map().only("primary", "replicas");
    NodeConfiguration primary = primary(map.require("primary"));
    List<NodeConfiguration> replicas =
        map.get("replicas").map(YamlNode::list).orElse(List.of()).stream()
            .map(replica -> replica(replica, primary))
            .toList();
    return node.build(() -> new ShardConfiguration(new ShardId(name), primary, replicas));
  }

  private static NodeConfiguration primary(YamlNode node) {
    if (node.isScalar()) {
      String url = node.text();
      return node.build(() -> NodeConfiguration.of(url));
    }
    YamlMap map = node.map().only("url", "username", "password", "zone");
    return node(map, text(map, "username"), password(map), NodeUse.GENERAL);
  }

  private static NodeConfiguration replica(YamlNode node, NodeConfiguration primary) {
    if (node.isScalar()) {
      String url = node.text();
      return node.build(
          () ->
              new NodeConfiguration(
                  url, primary.username(), primary.password(), Optional.empty(), NodeUse.GENERAL));
    }
    YamlMap map = node.map().only("url", "username", "password", "zone", "use");
    NodeUse use = map.get("use").map(word -> word.choice(USES)).orElse(NodeUse.GENERAL);
    // Another user has another password: the primary's goes with the primary's user only.
    return map.has("username")
        ? node(map, text(map, "username"), password(map), use)
        : node(map, primary.username(), password(map).or(primary::password), use);
  }

  private static NodeConfiguration node(
      YamlMap map, Optional<String> username, Optional<Secret> password, NodeUse use) {
    YamlNode node = map.require("url");
    String url = node.text();
    Optional<String> zone = text(map, "zone");
    return node.build(() -> new NodeConfiguration(url, username, password, zone, use));
  }

  private static Optional<Secret> password(YamlMap map) {
    return text(map, "password").map(Secret::new);
  }

  private static Optional<String> text(YamlMap map, String key) {
    return map.get(key).flatMap(YamlNode::optionalText);
  }
}
