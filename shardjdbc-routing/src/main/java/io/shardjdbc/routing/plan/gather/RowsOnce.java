package io.shardjdbc.routing.plan.gather;

import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Tells tables of which it is all the same how often a row is there: those of an EXISTS, or of an
 * IN, that neither groups nor counts. {@code NOT EXISTS (SELECT * FROM orders WHERE o_custkey =
 * c_custkey)} needs each customer of an order once.
 */
final class RowsOnce {

  private final Set<Query.Select> sets = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Analysis analysis;

  private RowsOnce(Analysis analysis) {
    this.analysis = analysis;
  }

  static RowsOnce of(Node statement, Analysis analysis) {
    RowsOnce all = new RowsOnce(analysis);
    all.find(statement);
    return all;
  }

  /**
   * Whether rows that are alike in what is fetched may be fetched once. More than one column is
   * hardly ever alike often enough to be worth looking.
   *
   * @param columns as the table calls them
   */
  boolean willDo(List<TableVariable> occurrences, List<String> columns) {
    return columns.size() == 1
        && occurrences.stream().allMatch(table -> isOfSet(table) && mayRepeat(table, columns));
  }

  private boolean isOfSet(TableVariable table) {
    return table.node().sample() == null
        && sets.stream()
            .map(select -> analysis.scopes().get(select))
            .anyMatch(scope -> scope != null && has(scope, table));
  }

  private static boolean has(Scope scope, TableVariable table) {
    return scope.variables().stream().anyMatch(variable -> variable.id() == table.id());
  }

  private static boolean mayRepeat(TableVariable table, List<String> columns) {
    List<String> key = table.shape().map(TableShape::primaryKey).orElse(List.of());
    return key.isEmpty() || !columns.containsAll(key);
  }

  private void find(Node node) {
    if (node instanceof Expr.Exists exists) {
      add(exists.query());
    } else if (node instanceof Expr.InQuery in) {
      add(in.query());
    }
    node.eachChild(this::find);
  }

  private void add(Query query) {
    if (query.body() instanceof Query.Select select
        && query.limit() == null
        && query.offset() == null
        && query.with() == null
        && select.distinct() != Query.Distinct.ON
        && select.groupBy().isEmpty()
        && select.having() == null
        && !select.table()
        && select.items().stream().noneMatch(RowsOnce::calls)
        && query.orderBy().stream().noneMatch(RowsOnce::calls)) {
      sets.add(select);
    }
  }

  /** What is called may count rows. */
  private static boolean calls(Node node) {
    return node instanceof Expr.Call || node.anyChild(RowsOnce::calls);
  }
}
