package io.shardjdbc.routing.route;

import io.shardjdbc.routing.Identifiers;

/**
 * The type of a column of what a shard answers.
 *
 * @param name as the driver has it: {@code int8}, {@code mood}, {@code "app"."mood"}
 */
public record ValueType(String name, boolean enumeration) {
  /** The name as a cast has it. */
  public String sqlName() {
    return name.startsWith("\"") ? name : Identifiers.quote(name);
  }
}
