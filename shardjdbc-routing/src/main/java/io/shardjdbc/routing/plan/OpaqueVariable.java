package io.shardjdbc.routing.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A variable that nothing is known about but perhaps some of its columns' names: a function, a
 * recursive reference, {@code excluded}, a join with an alias.
 */
final class OpaqueVariable extends Variable {

  private final List<String> known;

  OpaqueVariable(int id, String label, List<String> known) {
    super(id, label);
    this.known = List.copyOf(known);
  }

  @Override
  Presence presence(String column) {
    return known.contains(column) ? Presence.YES : Presence.UNKNOWN;
  }

  @Override
  @Nullable ColumnId column(String name) {
    return null;
  }

  @Override
  Family family(String column) {
    return Family.OTHER;
  }

  @Override
  @Nullable List<String> columns() {
    return null;
  }
}
