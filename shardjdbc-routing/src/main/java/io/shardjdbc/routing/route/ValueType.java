package io.shardjdbc.routing.route;

import io.shardjdbc.routing.Identifiers;

/**
 * The type of a column of what a shard answers.
 *
 * @param name {@code int8} for PostgreSQL's own, {@code "app"."mood"} for others
 */
public record ValueType(String name, boolean enumeration) {
  /** The name as a cast has it. */
  public String sqlName() {
    return name.startsWith("\"") ? name : "pg_catalog." + Identifiers.quote(name);
  }
}
