package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
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
 * occur on two shards.
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

  private boolean holds(Update update, Expr where, TableVariable target) {
    collect(where);
    List<TableVariable> open = new ArrayList<>();
    for (FromItem item : update.from()) {
      TableVariable table = item instanceof FromItem.Table node ? variable(node) : null;
      if (table == null) {
        return false;
      }
      open.add(table);
    }
    Set<Integer> known = new HashSet<>();
    known.add(target.id());
    boolean found = true;
    while (found && !open.isEmpty()) {
      found = false;
      for (TableVariable table : List.copyOf(open)) {
        if (isFixed(table, known)) {
          known.add(table.id());
          open.remove(table);
          found = true;
        }
      }
    }
    return open.isEmpty();
  }

  @SuppressWarnings("ReferenceEquality") // that place in the text, not one that reads alike
  private @Nullable TableVariable variable(FromItem.Table node) {
    return analysis.tables().stream().filter(t -> t.node() == node).findFirst().orElse(null);
  }

  /** The equalities that hold for each row that is met. */
  private void collect(Expr condition) {
    if (condition instanceof Expr.Logical logical && logical.isAnd()) {
      logical.operands().forEach(this::collect);
    } else if (condition instanceof Expr.Operation equality && equality.operator().equals("=")) {
      equalities.add(equality);
    }
  }

  private boolean isFixed(TableVariable table, Set<Integer> known) {
    List<String> key = table.shape().map(shape -> shape.primaryKey()).orElse(List.of());
    boolean everywhere =
        !(table.table() instanceof Table.Sharded sharded)
            || key.containsAll(sharded.key().stream().map(KeyColumn::name).toList());
    boolean renamed = table.node().alias() != null && !table.node().alias().columns().isEmpty();
    return !key.isEmpty()
        && everywhere
        && !renamed
        && key.stream().allMatch(column -> isFixed(table.column(column), known));
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
