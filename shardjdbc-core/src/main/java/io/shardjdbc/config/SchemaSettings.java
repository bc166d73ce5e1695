package io.shardjdbc.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is said about constraints that hold on each shard only. Immutable.
 *
 * @param mode what becomes of them
 * @param perShard by the name of a table as declared, the names of its constraints and unique
 *     indexes that the application knows to hold on each shard only
 */
public record SchemaSettings(SchemaMode mode, Map<List<String>, Set<String>> perShard) {

  public SchemaSettings {
    perShard = Map.copyOf(perShard);
  }

  /** Warnings, and nothing known. */
  public static SchemaSettings defaults() {
    return new SchemaSettings(SchemaMode.WARN, Map.of());
  }

  /** Whether it is known of a constraint of a table that it holds on each shard only. */
  public boolean isKnown(List<String> table, String constraint) {
    return perShard.getOrDefault(table, Set.of()).contains(constraint);
  }
}
