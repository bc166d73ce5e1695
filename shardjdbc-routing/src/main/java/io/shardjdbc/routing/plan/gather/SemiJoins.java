package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.prove.Analysis;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Thins out the rows to fetch of one table by those of another that they are joined to, where a
 * shard has both: {@code o_custkey IN (SELECT c_custkey FROM customer WHERE ..)}.
 *
 * <p>The reasoning is that of {@link io.shardjdbc.routing.plan.facts.Facts}: where column X gives
 * column Y, and the rows of X's table have X in some set, the rows of Y's table outside of it can
 * be taken away. The set is what X is in the rows that X's own conditions leave. A shard knows
 * which of its keys are in it if it has all rows with such an X: those of a copy, and those of a
 * table whose key X is, for rows whose key Y is and which are placed alike.
 */
final class SemiJoins {

  /** A table is thinned out by one that is thinned out by another, and no further. */
  private static final int MOST_STEPS = 3;

  private final Analysis analysis;
  private final Map<Integer, TableVariable> tables = new HashMap<>();
  private final Function<TableVariable, List<Object>> own;
  private final @Nullable FoundValues found;

  /**
   * @param own the conditions of a table alone, in pieces of text; empty where it has none
   */
  SemiJoins(Analysis analysis, Function<TableVariable, List<Object>> own) {
    this(analysis, own, null);
  }

  /**
   * @param found what was found of other tables before, in the same transaction
   */
  SemiJoins(
      Analysis analysis, Function<TableVariable, List<Object>> own, @Nullable FoundValues found) {
    this.analysis = analysis;
    this.own = own;
    this.found = found;
    analysis.tables().forEach(table -> tables.put(table.id(), table));
  }

  /** The same that know nothing of what was found before. */
  SemiJoins withoutFound() {
    return new SemiJoins(analysis, own);
  }

  /** The sharded tables that thin it out where its rows lie, if they are thinned out. */
  List<TableVariable> lieBeside(TableVariable table) {
    List<TableVariable> beside = new ArrayList<>();
    analysis
        .facts()
        .givers(table.id())
        .forEach(
            (column, givers) -> {
              for (ColumnId giver : givers) {
                TableVariable other = tables.get(giver.variable());
                if (other != null
                    && other.table() instanceof Table.Sharded
                    && other.node().sample() == null
                    && isWhole(other, giver, table, column)) {
                  beside.add(other);
                }
              }
            });
    return beside;
  }

  /** All conditions on the rows of a table, in pieces of text; empty where it has none. */
  List<Object> conditions(TableVariable table) {
    return conditions(table, Set.of(table.id()));
  }

  private List<Object> conditions(TableVariable table, Set<Integer> path) {
    List<Object> pieces = new ArrayList<>(own.apply(table));
    if (found != null) {
      for (List<Object> condition : found.conditions(table)) {
        pieces.add(pieces.isEmpty() ? "" : " AND ");
        pieces.addAll(condition);
      }
    }
    if (found != null && path.size() == 1 && found.isAllOf(table)) {
      return pieces;
    }
    Map<ColumnId, Set<ColumnId>> givers = givers(table);
    List<ColumnId> columns = new ArrayList<>(givers.keySet());
    columns.sort(Comparator.comparing(ColumnId::column));
    for (ColumnId column : columns) {
      for (ColumnId giver : givers.getOrDefault(column, Set.of())) {
        TableVariable other = tables.get(giver.variable());
        if (other != null
            && path.size() < MOST_STEPS
            && !path.contains(other.id())
            && other.node().sample() == null
            && isWhole(other, giver, table, column)) {
          pieces.addAll(semiJoin(column, table, giver, other, path, pieces.isEmpty()));
        }
      }
    }
    return pieces;
  }

  /** The columns that give the table's, and those of copies that do so by way of others. */
  private Map<ColumnId, Set<ColumnId>> givers(TableVariable table) {
    Map<ColumnId, Set<ColumnId>> givers = analysis.facts().givers(table.id());
    for (TableVariable other : tables.values()) {
      List<String> columns = other.columns();
      if (other.table() instanceof Table.Reference && columns != null && other != table) {
        for (String column : columns) {
          ColumnId giver = other.column(column);
          for (ColumnId target : analysis.facts().given(giver)) {
            if (target.variable() == table.id() && Gifts.agree(other, giver, table, target)) {
              givers.computeIfAbsent(target, t -> new LinkedHashSet<>()).add(giver);
            }
          }
        }
      }
    }
    return givers;
  }

  /** Nothing where the other table has no conditions, for that would hardly leave rows out. */
  private List<Object> semiJoin(
      ColumnId column,
      TableVariable table,
      ColumnId giver,
      TableVariable other,
      Set<Integer> path,
      boolean isFirst) {
    Set<Integer> further = new LinkedHashSet<>(path);
    further.add(other.id());
    List<Object> its = conditions(other, further);
    if (its.isEmpty()) {
      return List.of();
    }
    List<Object> pieces = new ArrayList<>();
    pieces.add(isFirst ? "" : " AND ");
    pieces.add(name(table, column) + " IN (SELECT " + name(other, giver) + " FROM ");
    pieces.add(other.node().span());
    pieces.add(" WHERE ");
    pieces.addAll(its);
    pieces.add(")");
    return pieces;
  }

  private static String name(TableVariable table, ColumnId column) {
    return Identifiers.quote(table.label()) + "." + Identifiers.quote(column.column());
  }

  /** Whether the shard that has a row of a table has all rows of the other one that it needs. */
  private static boolean isWhole(
      TableVariable other, ColumnId giver, TableVariable table, ColumnId column) {
    return other.table() instanceof Table.Reference
        || (other.table() instanceof Table.Sharded sharded
            && table.table() instanceof Table.Sharded
            && !sharded.placement().sharesKeys()
            && other.placement().equals(table.placement())
            && other.key().equals(List.of(giver))
            && table.key().equals(List.of(column)));
  }
}
