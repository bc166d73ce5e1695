package io.shardjdbc.routing.plan.facts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range variable: something in FROM whose columns expressions can name.
 *
 * <p>Each occurrence in the text is a variable of its own; a common table expression is one for
 * every reference to it, as if its text stood there.
 */
public abstract sealed class Variable permits TableVariable, QueryVariable, OpaqueVariable {

  /** Whether a variable has a column. */
  public enum Presence {
    YES,
    NO,
    UNKNOWN
  }

  private final int id;
  private final String label;

  Variable(int id, String label) {
    this.id = id;
    this.label = label;
  }

  public final int id() {
    return id;
  }

  /** The name expressions call it by; empty where it has none. */
  public final String label() {
    return label;
  }

  /** Whether it certainly has, or certainly lacks, a column of that name. */
  public abstract Presence presence(String column);

  /** The column of that name, or null where facts about it are of no use. */
  public abstract @Nullable ColumnId column(String name);

  /** The kind of equality the column has. */
  public abstract EqualityKind family(String column);

  /** The names of all its columns in order, or null where they are not all known. */
  public abstract @Nullable List<String> columns();
}
