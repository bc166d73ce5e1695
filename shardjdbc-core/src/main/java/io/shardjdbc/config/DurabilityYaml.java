package io.shardjdbc.config;

import io.shardjdbc.replication.Durability;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what the entries of {@code tables} say about durability: {@code durability: sync}. */
final class DurabilityYaml {
  private static final Map<String, Durability> LEVELS =
      Map.of(
          "async", Durability.ASYNC,
          "local", Durability.LOCAL,
          "semi-sync", Durability.SEMI_SYNC,
          "sync", Durability.SYNC);
  private static final String DEFAULT = "*";

  private DurabilityYaml() {}

  /** The tables that have one, by name. The section has been checked as a whole before. */
  static Map<List<String>, Durability> of(YamlNode tables) {
    Map<List<String>, Durability> found = new LinkedHashMap<>();
    tables
        .map()
        .entries()
        .forEach(
            (name, table) -> {
              if (!name.equals(DEFAULT)) {
                table
                    .map()
                    .get("durability")
                    .ifPresent(word -> found.put(Identifiers.parse(name), word.choice(LEVELS)));
              }
            });
    return found;
  }
}
