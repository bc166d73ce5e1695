package io.shardjdbc.config;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.yaml.YamlMap;
import io.shardjdbc.routing.yaml.YamlNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code ids}, and {@code ids} of the tables: {@code {key: user_id, ids: snowflake}}. */
final class IdsYaml {

  private static final Map<String, Boolean> SOURCES = Map.of("snowflake", true, "sequence", false);

  private IdsYaml() {}

  static IdSettings of(YamlMap root) {
    IdSettings all = root.get("ids").map(IdsYaml::read).orElse(IdSettings.defaults());
    Set<List<String>> snowflakes = new HashSet<>();
    for (Map.Entry<String, YamlNode> entry : root.require("tables").map().entries().entrySet()) {
      boolean wanted =
          entry.getValue().map().get("ids").map(node -> node.choice(SOURCES)).orElse(false);
      if (wanted) {
        snowflakes.add(entry.getValue().build(() -> Identifiers.parse(entry.getKey())));
      }
    }
    return all.with(snowflakes);
  }

  private static IdSettings read(YamlNode node) {
    int block = node.map().only("block").get("block").map(n -> n.integer(1)).orElse(1);
    return node.build(() -> new IdSettings(block));
  }
}
