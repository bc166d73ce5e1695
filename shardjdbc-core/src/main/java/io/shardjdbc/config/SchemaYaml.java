package io.shardjdbc.config;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.yaml.YamlMap;
import io.shardjdbc.routing.yaml.YamlNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads {@code schema}, and {@code perShard} of the tables. */
final class SchemaYaml {

  private static final Map<String, SchemaMode> MODES =
      Map.of("check", SchemaMode.CHECK, "warn", SchemaMode.WARN, "off", SchemaMode.OFF);

  private SchemaYaml() {}

  static SchemaSettings of(YamlMap root) {
    SchemaMode mode =
        root.get("schema").map(node -> node.choice(MODES)).orElse(SchemaSettings.defaults().mode());
    Map<List<String>, Set<String>> perShard = new HashMap<>();
    for (Map.Entry<String, YamlNode> entry : root.require("tables").map().entries().entrySet()) {
      entry
          .getValue()
          .map()
          .get("perShard")
          .ifPresent(
              node ->
                  perShard.put(
                      node.build(() -> Identifiers.parse(entry.getKey())),
                      node.listOrOne().stream()
                          .map(YamlNode::text)
                          .collect(Collectors.toUnmodifiableSet())));
    }
    return new SchemaSettings(mode, perShard);
  }
}
