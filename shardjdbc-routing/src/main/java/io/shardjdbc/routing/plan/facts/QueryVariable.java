package io.shardjdbc.routing.plan.facts;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query as a range variable: a sub-query in FROM, a common table expression, a branch
 * of UNION.
 *
 * <p>Its columns pass facts on: what holds of the column it is made from holds of it, and, where a
 * condition on it may be moved into the query, the other way round.
 */
public final class QueryVariable extends Variable {

  /**
   * One item of its select list.
   *
   * @param name the column's name, or null where it has none that can be used
   * @param sources the columns one of which it passes on unchanged; empty where it is computed
   * @param constant what is known of it where it is made of constants, or null
   * @param pushable whether a condition on it may be moved below it
   * @param star a variable all of whose columns stand here, or null
   */
  public record Output(
      @Nullable String name,
      List<ColumnId> sources,
      EqualityKind family,
      @Nullable Domain constant,
      boolean pushable,
      @Nullable Variable star) {

    /** A column that is passed on. */
    public static Output of(
        @Nullable String name, ColumnId source, EqualityKind family, boolean pushable) {
      return new Output(name, List.of(source), family, null, pushable, null);
    }

    /** A column that is computed, possibly from constants alone. */
    public static Output computed(@Nullable String name, @Nullable Domain constant) {
      boolean exact =
          constant instanceof Domain.Terms terms
              ? Constants.areExact(terms.terms())
              : constant instanceof Domain.Elements elements
                  && Constants.areExact(List.of(elements.array()));
      EqualityKind family = exact ? EqualityKind.CONSTANT : EqualityKind.OTHER;
      return new Output(name, List.of(), family, constant, false, null);
    }
  }

  /** All columns of a variable, one by one where they are known, else as a star. */
  public static List<Output> star(Variable variable, boolean pushable) {
    List<String> names = variable.columns();
    if (names == null) {
      return List.of(new Output(null, List.of(), EqualityKind.OTHER, null, pushable, variable));
    }
    List<Output> outputs = new ArrayList<>();
    for (String name : names) {
      ColumnId source = variable.column(name);
      outputs.add(
          source == null
              ? Output.computed(name, null)
              : Output.of(name, source, variable.family(name), pushable));
    }
    return outputs;
  }

  private final Facts facts;
  private final List<Output> outputs;
  private final @Nullable List<String> columns;

  /**
   * @param outputs its select list; a star stands for itself where its columns are not all known
   * @param aliases names for its first columns
   */
  public QueryVariable(
      int id, String label, Facts facts, List<Output> outputs, List<String> aliases) {
    super(id, label);
    this.facts = facts;
    boolean starred = outputs.stream().anyMatch(o -> o.star() != null);
    List<Output> named = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      Output o = outputs.get(i);
      String name = i < aliases.size() ? aliases.get(i) : o.name();
      boolean lost = starred && !aliases.isEmpty();
      named.add(
          lost
              ? new Output(null, List.of(), EqualityKind.OTHER, null, false, null)
              : new Output(name, o.sources(), o.family(), o.constant(), o.pushable(), o.star()));
    }
    this.outputs = List.copyOf(named);
    this.columns = starred ? null : names(this.outputs);
    for (Output output : this.outputs) {
      if (output.name() != null) {
        link(new ColumnId(id, output.name()), output);
      }
    }
  }

  private static List<String> names(List<Output> outputs) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      String name = outputs.get(i).name();
      names.add(name == null ? "?column?" : name);
    }
    return List.copyOf(names);
  }

  private void link(ColumnId column, Output output) {
    if (isAmbiguous(column.column())) {
      return;
    }
    if (!output.sources().isEmpty()) {
      facts.impliesAny(output.sources(), column);
      if (output.pushable()) {
        output.sources().forEach(source -> facts.implies(column, source));
      }
    }
    if (output.family() == EqualityKind.CONSTANT) {
      facts.constant(column, output.constant(), output.sources());
    }
    if (output.constant() != null) {
      facts.constrain(column, output.constant());
    }
  }

  private boolean isAmbiguous(String name) {
    int found = 0;
    for (int i = 0; i < outputs.size() && found < 2; i++) { // asked for each output
      found += name.equals(outputs.get(i).name()) ? 1 : 0;
    }
    return found > 1;
  }

  /** The column at a position from 0, or null where it cannot be told. */
  public @Nullable ColumnId at(int position) {
    if (columns == null || position >= outputs.size()) {
      return null;
    }
    String name = outputs.get(position).name();
    return name == null || isAmbiguous(name) ? null : new ColumnId(id(), name);
  }

  /** How many columns it has, or -1 where that is not known. */
  public int width() {
    return columns == null ? -1 : columns.size();
  }

  private @Nullable Output star(String column) {
    for (Output output : outputs) {
      if (output.star() != null && output.star().presence(column) == Presence.YES) {
        return output;
      }
    }
    return null;
  }

  /** The columns one of which that column passes on unchanged; empty where it is computed. */
  public List<ColumnId> sources(String column) {
    if (isAmbiguous(column)) {
      return List.of();
    }
    for (Output output : outputs) {
      if (column.equals(output.name())) {
        return output.sources();
      }
    }
    Output star = star(column);
    ColumnId source = star == null || star.star() == null ? null : star.star().column(column);
    return source == null ? List.of() : List.of(source);
  }

  @Override
  public Presence presence(String column) {
    if (outputs.stream().anyMatch(o -> column.equals(o.name())) || star(column) != null) {
      return Presence.YES;
    }
    return columns == null ? Presence.UNKNOWN : Presence.NO;
  }

  @Override
  public @Nullable ColumnId column(String name) {
    if (isAmbiguous(name)) {
      return null;
    }
    ColumnId own = new ColumnId(id(), name);
    boolean named = outputs.stream().anyMatch(o -> name.equals(o.name()));
    Output star = named ? null : star(name);
    if (star != null && star.star() != null) {
      ColumnId source = star.star().column(name);
      if (source != null) {
        facts.implies(source, own);
        if (star.pushable()) {
          facts.implies(own, source);
        }
      }
    }
    return own;
  }

  @Override
  public EqualityKind family(String column) {
    for (Output output : outputs) {
      if (column.equals(output.name())) {
        return output.family();
      }
    }
    Output star = star(column);
    return star == null || star.star() == null ? EqualityKind.OTHER : star.star().family(column);
  }

  @Override
  public @Nullable List<String> columns() {
    return columns;
  }
}
