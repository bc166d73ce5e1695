package io.shardjdbc.routing.yaml;

import io.shardjdbc.routing.HashRing;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.ShardId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads a {@code placement}.
 *
 * <pre>{@code
 * placement: ring                                    # over all shards; or modulo
 * placement: {ring: {virtualNodes: 150, hash: postgres, shards: [s0, s1], weights: {s1: 2}}}
 * placement: {modulo: {shards: [s0, s1]}}
 * placement: {range: {type: bigint, below: {1000: s0, 2000: s1}, rest: s2}}
 * placement: {directory: {type: text, keys: {s0: [de, at], s1: [fr]}, rest: s0}}
 * placement: {tiered: {keys: {s3: [4711]}, rest: {ring: {shards: [s0, s1, s2]}}}}
 * placement: {salted: {keys: [4711], over: 3, ring: {virtualNodes: 150}}}   # over: all unless said
 * placement: {regional: {type: text, regions: {eu: {ring: {shards: [s0, s1]}}, us: ring}}}
 * }</pre>
 */
final class PlacementYaml {
  private static final List<String> KINDS =
      List.of("ring", "modulo", "range", "directory", "tiered", "salted", "regional");
  private static final Map<String, KeyHash> HASHES =
      Map.of("postgres", KeyHash.postgres(), "murmur3", KeyHash.murmur3(), "md5", KeyHash.md5());

  private final ShardNames shards;

  PlacementYaml(ShardNames shards) {
    this.shards = shards;
  }

  Placement read(YamlNode node) {
    if (node.isScalar()) {
      return node.build(
          node.choice(
              Map.<String, Supplier<Placement>>of(
                  "ring", () -> Placements.ring(shards.all()),
                  "modulo", () -> Placements.modulo(shards.all()))));
    }
    YamlMap map = node.map().only(KINDS);
    if (map.entries().size() != 1) {
      throw map.fault("must have one of " + Names.list(KINDS));
    }
    Map.Entry<String, YamlNode> kind = map.entries().entrySet().iterator().next();
    return switch (kind.getKey()) {
      case "ring" -> ring(kind.getValue().map());
      case "modulo" -> modulo(kind.getValue().map());
      case "range" -> range(kind.getValue().map());
      case "directory" -> directory(kind.getValue().map());
      case "tiered" -> tiered(kind.getValue().map());
      case "salted" -> salted(kind.getValue().map());
      default -> regional(kind.getValue().map());
    };
  }

  private HashRing ring(YamlMap map) {
    map.only("virtualNodes", "hash", "shards", "weights");
    Map<ShardId, Integer> weights = new LinkedHashMap<>();
    List<ShardId> members = shardsOf(map);
    for (Map.Entry<String, YamlNode> weight : entriesOf(map.get("weights"))) {
      ShardId shard = shards.named(weight.getValue(), weight.getKey());
      if (!members.contains(shard)) {
        throw weight
            .getValue()
            .fault("gives a weight to shard " + shard + ", which is not on the ring");
      }
      weights.put(shard, weight.getValue().integer(1));
    }
    HashRing.Builder ring = HashRing.builder();
    map.get("virtualNodes").ifPresent(count -> ring.virtualNodes(count.integer(1)));
    map.get("hash").ifPresent(hash -> ring.hash(hash.choice(HASHES)));
    for (ShardId shard : members) {
      ring.node(HashRing.Node.of(shard).withWeight(weights.getOrDefault(shard, 1)));
    }
    return map.node().build(ring::build);
  }

  private Placement modulo(YamlMap map) {
    map.only("shards");
    List<ShardId> members = shardsOf(map);
    return map.node().build(() -> Placements.modulo(members));
  }

  private Placement range(YamlMap map) {
    map.only("type", "below", "rest");
    KeyYaml keys = KeyYaml.of(map.get("type"));
    Map<Key, ShardId> bounds = new LinkedHashMap<>();
    map.require("below")
        .map()
        .entries()
        .forEach((bound, shard) -> put(bounds, keys.read(shard, bound), shards.of(shard), shard));
    ShardId rest = shards.of(map.require("rest"));
    return map.node().build(() -> Placements.range(bounds, rest));
  }

  private Placement directory(YamlMap map) {
    map.only("type", "keys", "rest");
    Map<Key, ShardId> entries = keysByShard(map);
    Optional<ShardId> rest = map.get("rest").map(shards::of);
    return map.node()
        .build(
            () ->
                rest.map(shard -> Placements.directory(entries, shard))
                    .orElseGet(() -> Placements.directory(entries)));
  }

  private Placement tiered(YamlMap map) {
    map.only("type", "keys", "rest");
    Map<Key, ShardId> named = keysByShard(map);
    Placement rest = read(map.require("rest"));
    return map.node().build(() -> Placements.tiered(named, rest));
  }

  private Placement salted(YamlMap map) {
    map.only("type", "keys", "over", "ring");
    KeyYaml keys = KeyYaml.of(map.get("type"));
    Map<Key, Boolean> hot = new LinkedHashMap<>();
    map.require("keys").list().forEach(key -> put(hot, keys.read(key), true, key));
    HashRing ring =
        map.get("ring")
            .map(node -> ring(node.map()))
            .orElseGet(() -> map.node().build(() -> Placements.ring(shards.all())));
    int over = map.get("over").map(node -> node.integer(2)).orElse(ring.shards().size());
    return map.node().build(() -> Placements.salted(hot.keySet(), over, ring));
  }

  private Placement regional(YamlMap map) {
    map.only("type", "regions");
    KeyYaml keys = KeyYaml.of(map.get("type"));
    Map<Key, Placement> regions = new LinkedHashMap<>();
    map.require("regions")
        .map()
        .entries()
        .forEach((region, node) -> put(regions, keys.read(node, region), read(node), node));
    return map.node().build(() -> Placements.regional(regions));
  }

  /** The entry {@code keys}, which lists each shard's. */
  private Map<Key, ShardId> keysByShard(YamlMap map) {
    KeyYaml keys = KeyYaml.of(map.get("type"));
    Map<Key, ShardId> entries = new LinkedHashMap<>();
    map.require("keys")
        .map()
        .entries()
        .forEach(
            (name, list) -> {
              ShardId shard = shards.named(list, name);
              list.list().forEach(key -> put(entries, keys.read(key), shard, key));
            });
    return entries;
  }

  private static <T> void put(Map<Key, T> byKey, Key key, T value, YamlNode node) {
    if (byKey.put(key, value) != null) {
      throw node.fault("is a key that is listed before");
    }
  }

  private List<ShardId> shardsOf(YamlMap map) {
    return map.get("shards")
        .map(list -> list.list().stream().map(shards::of).toList())
        .orElse(shards.all());
  }

  private static Iterable<Map.Entry<String, YamlNode>> entriesOf(Optional<YamlNode> map) {
    return map.map(node -> node.map().entries().entrySet()).orElse(Set.of());
  }
}
