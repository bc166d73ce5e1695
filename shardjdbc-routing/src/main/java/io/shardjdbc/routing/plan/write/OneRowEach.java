package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Variable;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether each row of an UPDATE meets one row of FROM at most, so that there is none to choose.
 *
 * <p>It is so where each table of FROM is joined by its whole primary key: every column of that is
 * equal, in a condition that holds for the whole row, to a constant, to a column of the target, or
 * to one of a table that is joined so itself. A primary key that does not have the shard key may
 * occur on two shards. A query that groups has one row for what it groups by.
 */
final class OneRowEach {

  private final Analysis analysis;
  private final Scope scope;
  private final List<Expr.Operation> equalities = new ArrayList<>();

  private OneRowEach(Analysis analysis, Scope scope) {
    this.analysis = analysis;
    this.scope = scope;
  }

  static boolean is(Update update, WriteAnalysis.Result write, Analysis analysis) {
    OneRowEach one = new OneRowEach(analysis, write.scope());
    return update.where() != null && one.holds(update, update.where(), write.target());
  }

  /**
   * An item of FROM.
   *
   * @param variable its number
   * @param key columns that no two of its rows have alike
   */
  private record Keyed(int variable, List<ColumnId> key) {}

  private boolean holds(Update update, Expr where, TableVariable target) {
    collect(where);
    List<Keyed> open = new ArrayList<>();
    for (FromItem item : update.from()) {
      Keyed keyed =
          item instanceof FromItem.Table node
              ? ofTable(node)
              : item instanceof FromItem.Derived derived ? ofGroups(derived) : null;
      if (keyed == null) {
        return false;
      }
      open.add(keyed);
    }
    Set<Integer> known = new HashSet<>();
    known.add(target.id());
    boolean found = true;
    while (found && !open.isEmpty()) {
      found = false;
      for (Keyed item : List.copyOf(open)) {
        if (item.key().stream().allMatch(column -> isFixed(column, known))) {
          known.add(item.variable());
          open.remove(item);
          found = true;
        }
      }
    }
    return open.isEmpty();
  }

  @SuppressWarnings("ReferenceEquality") // that place in the text, not one that reads alike
  private @Nullable Keyed ofTable(FromItem.Table node) {
    TableVariable table =
        analysis.tables().stream().filter(t -> t.node() == node).findFirst().orElse(null);
    if (table == null) {
      return null;
    }
    List<String> key = table.shape().map(shape -> shape.primaryKey()).orElse(List.of());
    boolean everywhere =
        !(table.table() instanceof Table.Sharded sharded)
            || key.containsAll(sharded.key().stream().map(KeyColumn::name).toList());
    boolean renamed = node.alias() != null && !node.alias().columns().isEmpty();
    return key.isEmpty() || !everywhere || renamed
        ? null
        : new Keyed(table.id(), key.stream().map(table::column).toList());
  }

  /** The rows of a query that groups, of which each group has one. */
  private @Nullable Keyed ofGroups(FromItem.Derived derived) {
    Query query = derived.query();
    FromItem.Alias alias = derived.alias();
    if (alias == null) {
      return null;
    }
    Variable variable = scope.labelled(List.of(alias.name()));
    if (variable == null
        || query.limit() != null
        || query.offset() != null
        || !(query.body() instanceof Query.Select select)
        || select.groupBy().isEmpty()
        || select.items().stream().anyMatch(item -> Positions.isStar(item.value()))) {
      return null;
    }
    List<ColumnId> key = new ArrayList<>();
    for (Query.Grouping grouping : select.groupBy()) {
      for (Expr value : grouping.values()) {
        ColumnId column =
            grouping.kind() == Query.GroupingKind.PLAIN
                ? shown(value, select, alias.columns(), variable)
                : null;
        if (column == null) {
          return null;
        }
        key.add(column);
      }
      if (!grouping.sets().isEmpty() || grouping.values().isEmpty()) {
        return null;
      }
    }
    return new Keyed(variable.id(), key);
  }

  /** The column in which a query shows what it groups by, or null. */
  private static @Nullable ColumnId shown(
      Expr grouped, Query.Select select, List<String> names, Variable variable) {
    for (int i = 0; i < select.items().size(); i++) {
      Query.SelectItem item = select.items().get(i);
      boolean same =
          item.equals(Positions.item(grouped, select))
              || (grouped instanceof Expr.Column one
                  && item.value() instanceof Expr.Column other
                  && one.name().parts().equals(other.name().parts()));
      String name = i < names.size() ? names.get(i) : Positions.outputName(item);
      if (same && name != null) {
        return variable.column(name);
      }
    }
    return null;
  }

  /** The equalities that hold for each row that is met. */
  private void collect(Expr condition) {
    if (condition instanceof Expr.Logical logical && logical.isAnd()) {
      logical.operands().forEach(this::collect);
    } else if (condition instanceof Expr.Operation equality && equality.operator().equals("=")) {
      equalities.add(equality);
    }
  }

  private boolean isFixed(ColumnId column, Set<Integer> known) {
    return equalities.stream()
        .anyMatch(
            equality ->
                isFixed(column, equality.left(), equality.right(), known)
                    || isFixed(column, equality.right(), equality.left(), known));
  }

  private boolean isFixed(
      ColumnId column, @Nullable Expr side, @Nullable Expr other, Set<Integer> known) {
    if (!column.equals(resolved(side)) || other == null) {
      return false;
    }
    ColumnId source = resolved(other);
    return source == null
        ? Constants.isConstant(other) && Constants.areExact(List.of(other))
        : known.contains(source.variable()) && scope.family(column).joins(scope.family(source));
  }

  private @Nullable ColumnId resolved(@Nullable Expr e) {
    return e instanceof Expr.Column column && !column.star() ? scope.resolve(column.name()) : null;
  }
}
