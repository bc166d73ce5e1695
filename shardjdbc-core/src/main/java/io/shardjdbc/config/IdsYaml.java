package io.shardjdbc.config;

import io.shardjdbc.routing.yaml.YamlMap;
import io.shardjdbc.routing.yaml.YamlNode;

/** Reads {@code ids}. */
final class IdsYaml {

  private IdsYaml() {}

  static IdSettings of(YamlMap root) {
    return root.get("ids").map(IdsYaml::read).orElse(IdSettings.defaults());
  }

  private static IdSettings read(YamlNode node) {
    int block = node.map().only("block").get("block").map(n -> n.integer(1)).orElse(1);
    return node.build(() -> new IdSettings(block));
  }
}
