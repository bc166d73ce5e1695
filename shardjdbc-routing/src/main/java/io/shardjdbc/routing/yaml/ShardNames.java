package io.shardjdbc.routing.yaml;

import io.shardjdbc.routing.ShardId;
import java.util.List;

/** The shards that exist; any other that is named is refused. */
record ShardNames(List<ShardId> all) {

  /** The shard that the value names. */
  ShardId of(YamlNode node) {
    return named(node, node.text());
  }

  /** The shard of that name, which stands at the node. */
  ShardId named(YamlNode node, String name) {
    List<String> names = all.stream().map(ShardId::name).toList();
    if (!names.contains(name)) {
      throw node.fault(
          "names shard " + name + ", which does not exist" + Names.suggestion(name, names));
    }
    return new ShardId(name);
  }
}
