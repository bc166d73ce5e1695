package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.EqualityKind;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Variable;
import io.shardjdbc.routing.plan.facts.Variable.Presence;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The range variables that expressions of one query block can name, and those around it.
 *
 * <p>A name is resolved only where PostgreSQL could not resolve it otherwise: with a variable whose
 * columns are unknown in the way, an unqualified name stays unresolved.
 */
public final class Scope {

  private final @Nullable Scope parent;
  private final CommonTables commonTables;
  private final List<Variable> variables = new ArrayList<>();

  /** Columns merged by USING or NATURAL; a null column is one nothing is known of. */
  private final Map<String, @Nullable ColumnId> merged = new HashMap<>();

  /** Variables whose rows an outer join of this block may fill with NULL. */
  private final Set<Integer> nullable = new HashSet<>();

  private final IdentityHashMap<Query, Analyzer.Result> subqueries = new IdentityHashMap<>();

  Scope(@Nullable Scope parent, CommonTables commonTables) {
    this.parent = parent;
    this.commonTables = commonTables;
  }

  @Nullable Scope parent() {
    return parent;
  }

  CommonTables commonTables() {
    return commonTables;
  }

  public List<Variable> variables() {
    return variables;
  }

  void add(Variable variable) {
    variables.add(variable);
  }

  /** What became of the sub-queries that stand in this block's expressions. */
  IdentityHashMap<Query, Analyzer.Result> subqueries() {
    return subqueries;
  }

  void fillWithNull(List<Variable> side) {
    side.forEach(variable -> nullable.add(variable.id()));
  }

  /** Whether a column is one of a key and no outer join fills it: no row has NULL there. */
  boolean isNeverNull(ColumnId column) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      for (Variable variable : scope.variables) {
        if (variable.id() == column.variable()) {
          return variable instanceof TableVariable table
              && table.key().contains(column)
              && !scope.nullable.contains(variable.id());
        }
      }
    }
    return false;
  }

  /** Whether the variable is of this very block. */
  boolean owns(int variable) {
    return variables.stream().anyMatch(v -> v.id() == variable);
  }

  /** The variable, if it is a table of this very block. */
  @Nullable TableVariable table(int variable) {
    for (Variable own : variables) {
      if (own.id() == variable) {
        return own instanceof TableVariable table ? table : null;
      }
    }
    return null;
  }

  /** Whether USING or NATURAL merged columns. */
  public boolean mergesColumns() {
    return !merged.isEmpty();
  }

  void merge(String name, @Nullable ColumnId column) {
    merged.put(name, column);
  }

  /** What a name means where one variable of this very block cannot be seen. */
  public @Nullable ColumnId resolveWithout(Variable hidden, Name name) {
    Scope rest = new Scope(parent, commonTables);
    variables.stream().filter(v -> v != hidden).forEach(rest::add);
    rest.merged.putAll(merged);
    return rest.resolve(name);
  }

  /** Forgets the variables from an index on, which an alias of their join hides. */
  void hide(int from, Variable by) {
    variables.subList(from, variables.size()).clear();
    variables.add(by);
  }

  /** The column a name means, or null where that is not certain. */
  public @Nullable ColumnId resolve(Name name) {
    List<String> parts = name.parts();
    return parts.size() == 1 ? unqualified(parts.get(0)) : qualified(parts);
  }

  private @Nullable ColumnId unqualified(String column) {
    if (merged.containsKey(column)) {
      return merged.get(column);
    }
    Resolution found = among(variables, column);
    if (found.certain()) {
      return found.column();
    }
    return parent == null ? null : parent.unqualified(column);
  }

  /**
   * A name looked for among variables.
   *
   * @param certain false only where none of them has such a column
   */
  public record Resolution(boolean certain, @Nullable ColumnId column) {}

  /** Looks a column up among some variables, by the rule of the class. */
  public static Resolution among(List<Variable> variables, String column) {
    @Nullable Variable owner = null;
    boolean doubtful = false;
    for (Variable variable : variables) {
      Presence presence = variable.presence(column);
      if (presence == Presence.YES) {
        if (owner != null) {
          return new Resolution(true, null);
        }
        owner = variable;
      }
      doubtful |= presence == Presence.UNKNOWN;
    }
    if (owner != null) {
      return new Resolution(true, owner.column(column));
    }
    return new Resolution(doubtful, null);
  }

  /** The merged column of that name in this block, if USING or NATURAL made one. */
  public Resolution mergedColumn(String column) {
    return new Resolution(merged.containsKey(column), merged.get(column));
  }

  private @Nullable ColumnId qualified(List<String> parts) {
    Variable variable = labelled(parts.subList(0, parts.size() - 1));
    return variable == null ? null : variable.column(parts.get(parts.size() - 1));
  }

  /** The variable that {@code label} or {@code schema.table} means, or null. */
  public @Nullable Variable labelled(List<String> qualifier) {
    String label = qualifier.get(qualifier.size() - 1);
    for (Variable variable : variables) {
      if (variable.label().equals(label) && matches(variable, qualifier)) {
        return variable;
      }
    }
    return parent == null ? null : parent.labelled(qualifier);
  }

  private static boolean matches(Variable variable, List<String> qualifier) {
    if (qualifier.size() == 1) {
      return true;
    }
    return variable instanceof TableVariable table
        && table.node().alias() == null
        && (table.node().name().parts().equals(qualifier)
            || table.node().name().parts().size() == 1);
  }

  /** The kind of equality of a column, wherever in this scope its variable is. */
  public EqualityKind family(ColumnId column) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      for (Variable variable : scope.variables) {
        if (variable.id() == column.variable()) {
          return variable.family(column.column());
        }
      }
    }
    return EqualityKind.OTHER;
  }
}
