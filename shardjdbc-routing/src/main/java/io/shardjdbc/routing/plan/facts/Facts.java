package io.shardjdbc.routing.plan.facts;

import io.shardjdbc.routing.plan.prove.Conditions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a statement says about the values of its columns.
 *
 * <p>A fact "column X lies in D" means: the answer of the statement stays the same when the rows of
 * X's variable whose X is not in D are taken away. An implication "X gives Y" means: wherever every
 * row of X's variable has X in some set of values, the rows of Y's variable with Y outside that set
 * can be taken away too. Each step keeps the answer, so the steps may be repeated until nothing is
 * added; that is all the reasoning there is.
 *
 * <p>The set of values may be symbolic. To prove that a join is co-located, assume of one table
 * that its key is some k, never mind which, and ask {@link #reachable} what else is then k.
 *
 * <p>Which predicates give which facts is the business of {@link Conditions}: an equality in WHERE
 * works both ways, one in the ON of a LEFT JOIN only towards the right side.
 */
public final class Facts {

  /** Enough for any statement people write; more are dropped, which only makes routes wider. */
  private static final int MAX_PER_COLUMN = 64;

  record Implication(List<ColumnId> sources, ColumnId target) {

    @Override // by hand, as the start of a program meets it: see docs/decisions.md
    public boolean equals(@Nullable Object other) {
      return other instanceof Implication that
          && sources.equals(that.sources)
          && target.equals(that.target);
    }

    @Override
    public int hashCode() {
      return 31 * sources.hashCode() + target.hashCode();
    }
  }

  private final Map<ColumnId, Set<Domain>> given = new LinkedHashMap<>();
  private final Map<ColumnId, Set<Implication>> bySource = new HashMap<>();
  private final Set<ColumnId> linked = new LinkedHashSet<>();
  private final Map<ColumnId, Set<Integer>> parameters = new HashMap<>();
  private @Nullable Map<ColumnId, Set<Domain>> closed;

  /** Column lies in domain. */
  public void constrain(ColumnId column, Domain domain) {
    given.computeIfAbsent(column, c -> new LinkedHashSet<>()).add(domain);
    closed = null;
  }

  /** Target has the value of source, in the direction from source to target. */
  public void implies(ColumnId source, ColumnId target) {
    impliesAny(List.of(source), target);
  }

  /** Target has the value of one of the sources. */
  void impliesAny(List<ColumnId> sources, ColumnId target) {
    Implication implication = new Implication(List.copyOf(sources), target);
    for (ColumnId source : implication.sources()) {
      bySource.computeIfAbsent(source, c -> new LinkedHashSet<>()).add(implication);
    }
    closed = null;
  }

  /** Keys are compared with each other through this column, should it be one of constants. */
  public void link(ColumnId column) {
    linked.add(column);
  }

  /** A column is made of constants, or passes on columns that are. */
  void constant(ColumnId column, @Nullable Domain made, List<ColumnId> sources) {
    Set<Integer> indices = parameters.computeIfAbsent(column, c -> new TreeSet<>());
    if (made != null) {
      Constants.collectParameters(made, indices);
    }
    sources.forEach(source -> indices.addAll(parameters.getOrDefault(source, Set.of())));
  }

  /** The parameters in columns of constants through which keys are compared. */
  public Set<Integer> linkedParameters() {
    Set<Integer> indices = new TreeSet<>();
    linked.forEach(column -> indices.addAll(parameters.getOrDefault(column, Set.of())));
    return indices;
  }

  /** Both columns have one value. */
  void equal(ColumnId a, ColumnId b) {
    implies(a, b);
    implies(b, a);
  }

  /** The domain of a column, or null where nothing is known of it. */
  public @Nullable Domain domain(ColumnId column) {
    if (closed == null) {
      closed = close();
    }
    Set<Domain> domains = closed.getOrDefault(column, Set.of());
    return domains.isEmpty() ? null : Domain.both(List.copyOf(domains));
  }

  /** The columns whose values are those of {@code start}, {@code start} included. */
  public Set<ColumnId> reachable(Set<ColumnId> start) {
    Set<ColumnId> reached = new LinkedHashSet<>(start);
    Deque<ColumnId> work = new ArrayDeque<>(start);
    while (!work.isEmpty()) {
      for (Implication implication : bySource.getOrDefault(work.remove(), Set.of())) {
        if (reached.containsAll(implication.sources()) && reached.add(implication.target())) {
          work.add(implication.target());
        }
      }
    }
    return reached;
  }

  /** The columns that a column gives its values, directly or by way of others. */
  public Set<ColumnId> given(ColumnId giver) {
    return bySource.containsKey(giver) ? reachable(Set.of(giver)) : Set.of();
  }

  /** The columns each of which gives a column of this variable its values, by that column. */
  public Map<ColumnId, Set<ColumnId>> givers(int variable) {
    Map<ColumnId, Set<ColumnId>> givers = new LinkedHashMap<>();
    bySource.forEach(
        (source, implications) -> {
          for (Implication implication : implications) {
            ColumnId target = implication.target();
            if (target.variable() == variable && implication.sources().size() == 1) {
              givers.computeIfAbsent(target, c -> new LinkedHashSet<>()).add(source);
            }
          }
        });
    return givers;
  }

  private Map<ColumnId, Set<Domain>> close() {
    Map<ColumnId, Set<Domain>> known = new HashMap<>();
    given.forEach((column, domains) -> known.put(column, new LinkedHashSet<>(domains)));
    Deque<ColumnId> work = new ArrayDeque<>(given.keySet());
    Set<Implication> united = new LinkedHashSet<>();
    while (!work.isEmpty()) {
      for (Implication implication : bySource.getOrDefault(work.remove(), Set.of())) {
        if (apply(implication, known, united)) {
          work.add(implication.target());
        }
      }
    }
    return known;
  }

  private static boolean apply(
      Implication implication, Map<ColumnId, Set<Domain>> known, Set<Implication> united) {
    Set<Domain> target = known.computeIfAbsent(implication.target(), c -> new LinkedHashSet<>());
    List<ColumnId> sources = implication.sources();
    if (sources.size() == 1) {
      Set<Domain> source = known.getOrDefault(sources.get(0), Set.of());
      return target != source
          && target.size() + source.size() <= MAX_PER_COLUMN
          && target.addAll(source);
    }
    List<Domain> branches = new ArrayList<>();
    for (ColumnId source : sources) {
      Set<Domain> domains = known.getOrDefault(source, Set.of());
      if (domains.isEmpty()) {
        return false;
      }
      branches.add(Domain.both(List.copyOf(domains)));
    }
    return united.add(implication) && target.add(new Domain.Either(branches));
  }
}
