package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.catalog.UserCode.Routine;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.routine.RoutineBody;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What names mean within the body of a function: a parameter's name may stand for another value
 * there, for another variable, or for a column of a statement.
 */
final class NamesOfCode {

  private final Tables tables;

  NamesOfCode(Tables tables) {
    this.tables = tables;
  }

  /** Whether a parameter has one value throughout a body, and its name means no other variable. */
  boolean isKept(Routine routine, String name, int number) {
    if (!routine.language().equals("plpgsql")) {
      return true;
    }
    return tables.catalog().sources(routine.signature()).stream()
        .map(source -> RoutineBody.ofPlpgsql(source).changed())
        .noneMatch(
            changed ->
                changed.contains(RoutineBody.ANY)
                    || changed.contains(name)
                    || changed.contains("$" + number));
  }

  /**
   * The names that can mean a parameter alone in a statement: its own, or behind the function's.
   */
  Set<List<String>> ofParameter(String function, String name, Node statement, Mentions mentions) {
    Set<List<String>> all = new HashSet<>();
    if (!name.isEmpty() && !isColumn(name, statement, mentions)) {
      all.add(List.of(name));
    }
    if (!name.isEmpty() && !mentions.labels(function)) {
      all.add(List.of(function, name));
    }
    return all;
  }

  /** Whether a name may mean a column or a row that a statement reads, which come first in SQL. */
  boolean isColumn(String name, Node statement, Mentions mentions) {
    return mentions.labels(name)
        || mentions.calls().stream().anyMatch(call -> call.name().last().equals(name))
        || mentions.reads().stream().anyMatch(table -> has(table, name))
        || isGiven(name, statement);
  }

  private boolean has(List<String> table, String column) {
    return tables
        .catalog()
        .table(table)
        .map(shape -> shape.column(column).isPresent())
        .orElse(true);
  }

  /** Whether a part of a statement gives a column the name. */
  private static boolean isGiven(String name, Node node) {
    boolean given =
        (node instanceof Query.SelectItem item && name.equals(item.alias()))
            || (node instanceof Query.CommonTable table && table.columns().contains(name))
            || (node instanceof FromItem.Table table && names(table.alias(), name))
            || (node instanceof FromItem.Derived derived && names(derived.alias(), name))
            || (node instanceof FromItem.Function function && names(function.alias(), name))
            || (node instanceof FromItem.Join join && names(join.alias(), name));
    return given || node.anyChild(child -> isGiven(name, child));
  }

  private static boolean names(FromItem.@Nullable Alias alias, String name) {
    return alias != null && alias.columns().contains(name);
  }
}
