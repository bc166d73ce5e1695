package io.shardjdbc.routing.plan.facts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A variable that nothing is known about but perhaps some of its columns' names: a function, a
 * recursive reference, {@code excluded}, a join with an alias.
 */
public final class OpaqueVariable extends Variable {

  private final List<String> known;

  public OpaqueVariable(int id, String label, List<String> known) {
    super(id, label);
    this.known = List.copyOf(known);
  }

  @Override
  public Presence presence(String column) {
    return known.contains(column) ? Presence.YES : Presence.UNKNOWN;
  }

  @Override
  public @Nullable ColumnId column(String name) {
    return null;
  }

  @Override
  public EqualityKind family(String column) {
    return EqualityKind.OTHER;
  }

  @Override
  public @Nullable List<String> columns() {
    return null;
  }
}
