package io.shardjdbc.routing.yaml;

import io.shardjdbc.routing.RoutingException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A map in a configuration; no key comes twice. */
public final class YamlMap {
  private final YamlNode self;
  private final Map<String, YamlNode> entries;

  YamlMap(YamlNode self, MappingNode mapping, EnvironmentLookup environment) {
    this.self = self;
    Map<String, YamlNode> read = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      int line = YamlNode.lineOf(entry.getKeyNode(), self.line());
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw self.fault("has a key that is not a single value");
      }
      String path = (self.path().isEmpty() ? "" : self.path() + ".") + key.getValue();
      YamlNode value = new YamlNode(entry.getValueNode(), line, path, environment);
      YamlNode earlier = read.putIfAbsent(key.getValue(), value);
      if (earlier != null) {
        throw value.fault("is given twice, first in line " + earlier.line());
      }
    }
    this.entries = Collections.unmodifiableMap(read);
  }

  /** The map as a value, for its line and path. */
  public YamlNode node() {
    return self;
  }

  /** Refuses every key but these, naming the nearest. */
  public YamlMap only(List<String> keys) {
    entries.forEach(
        (key, value) -> {
          if (!keys.contains(key)) {
            String suggestion = Names.suggestion(key, keys);
            throw value.fault(
                "is not known here"
                    + (suggestion.isEmpty() ? "; known: " + Names.list(keys) : suggestion));
          }
        });
    return this;
  }

  /** Refuses every key but these, naming the nearest. */
  public YamlMap only(String... keys) {
    return only(List.of(keys));
  }

  /** The value of a key, where it is given. */
  public Optional<YamlNode> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Whether the key is given. */
  public boolean has(String key) {
    return entries.containsKey(key);
  }

  /** The value of a key that must be given. */
  public YamlNode require(String key) {
    return get(key).orElseThrow(() -> fault("lacks " + key));
  }

  /** All entries in the order of the file. */
  public Map<String, YamlNode> entries() {
    return entries;
  }

  /** The exception that the map is wrong as a whole. */
  public RoutingException fault(String reason) {
    return self.path().isEmpty() ? self.fault("the file " + reason) : self.fault(reason);
  }
}
