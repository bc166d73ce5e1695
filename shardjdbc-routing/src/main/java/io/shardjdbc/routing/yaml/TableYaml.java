package io.shardjdbc.routing.yaml;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.TablePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads an entry of {@code tables}.
 *
 * <pre>{@code
 * posts:           {key: user_id}
 * app.lines:       {key: [tenant, order_id], type: [text, bigint], scatter: refuse}
 * '"Quoted Name"': {key: id, placement: modulo}
 * countries:       {reference: true}
 * settings:        {shard: s0}
 * "*":             {shard: s0}
 * }</pre>
 *
 * @param placement of the tables that do not say their own
 * @param policy of the tables that do not say their own
 */
record TableYaml(
    ShardNames shards, PlacementYaml placements, Placement placement, TablePolicy policy) {
  private static final List<String> KINDS = List.of("key", "reference", "shard");
  private static final List<String> OF_SHARDED =
      List.of("type", "placement", "scatter", "gather", "tenantGuard", "moveRows");

  /** What is no matter of routing. */
  private static final List<String> OF_OTHERS = List.of("durability", "perShard", "ids");

  private static final List<String> WORDS =
      Stream.of(KINDS, OF_SHARDED, OF_OTHERS).flatMap(List::stream).toList();

  /** The table of that name. */
  Table read(String written, YamlNode node) {
    List<String> name = node.build(() -> Identifiers.parse(written));
    if (name.size() > 2) {
      throw node.fault("must be named by table or schema.table");
    }
    YamlMap map = node.map().only(WORDS);
    List<String> kinds = KINDS.stream().filter(map::has).toList();
    if (kinds.size() != 1) {
      throw map.fault(
          kinds.isEmpty()
              ? "must have one of " + Names.list(KINDS)
              : "has both " + kinds.get(0) + " and " + kinds.get(1) + ", which exclude each other");
    }
    if (map.has("key")) {
      return sharded(name, map);
    }
    for (String ofSharded : OF_SHARDED) {
      if (map.has(ofSharded)) {
        throw map.require(ofSharded).fault("goes with key only");
      }
    }
    if (map.has("shard")) {
      return new Table.Single(name, shards.of(map.require("shard")));
    }
    if (!map.require("reference").flag()) {
      throw map.require("reference").fault("is false; give the table a key or a shard instead");
    }
    return new Table.Reference(name);
  }

  /** Where undeclared tables live, by the entry {@code "*"}. */
  ShardId defaultShard(YamlNode node) {
    return shards.of(node.map().only("shard").require("shard"));
  }

  private Table sharded(List<String> name, YamlMap map) {
    List<YamlNode> columns = map.require("key").listOrOne();
    Optional<List<YamlNode>> types = map.get("type").map(YamlNode::listOrOne);
    if (types.isPresent() && types.get().size() != columns.size()) {
      throw map.require("type").fault("must have as many types as the key has columns");
    }
    List<KeyColumn> key = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int column = i;
      Optional<KeyType> type = types.map(list -> KeyYaml.typeOf(list.get(column)));
      key.add(new KeyColumn(columnName(columns.get(i)), type));
    }
    Placement own = map.get("placement").map(placements::read).orElse(placement);
    TablePolicy itsPolicy = policy(map);
    return map.require("key").build(() -> new Table.Sharded(name, key, own, itsPolicy));
  }

  private TablePolicy policy(YamlMap map) {
    return new TablePolicy(
        map.get("scatter").map(RoutingYaml::isAllowed).orElse(policy.scatter()),
        map.get("gather").map(RoutingYaml::isAllowed).orElse(policy.gather()),
        map.get("tenantGuard").map(YamlNode::flag).orElse(policy.tenantGuard()),
        map.get("moveRows").map(YamlNode::flag).orElse(policy.moveRows()));
  }

  private static String columnName(YamlNode node) {
    String written = node.text();
    List<String> parts = node.build(() -> Identifiers.parse(written));
    if (parts.size() != 1) {
      throw node.fault("must be the name of a column");
    }
    return parts.get(0);
  }
}
