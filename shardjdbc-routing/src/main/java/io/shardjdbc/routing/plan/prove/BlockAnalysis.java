package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.OpaqueVariable;
import io.shardjdbc.routing.plan.facts.QueryVariable;
import io.shardjdbc.routing.plan.facts.QueryVariable.Output;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Variable;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The analysis of one SELECT block. */
final class BlockAnalysis {

  private final Analyzer analyzer;
  private final Query query;
  private final Query.Select select;
  private final Scope scope;

  BlockAnalysis(Analyzer analyzer, Query query, Query.Select select, Scope scope) {
    this.analyzer = analyzer;
    this.query = query;
    this.select = select;
    this.scope = scope;
  }

  Analyzer.Result analyse(IntPredicate outerTargets) {
    analyzer.analysis().scopes().put(select, scope);
    List<Source> from = new ArrayList<>();
    for (FromItem item : select.from()) {
      from.add(analyzer.fromClause().add(item, scope));
    }
    boolean aggregated = isAggregated();
    if (select.where() != null) {
      IntPredicate targets = aggregated ? scope::owns : v -> scope.owns(v) || outerTargets.test(v);
      new Conditions(analyzer, scope, targets).require(select.where());
    }
    walkAll();
    List<ColumnId> groupColumns = groupColumns();
    if (!select.groupBy().isEmpty()) {
      analyzer.analysis().groups().add(new Analysis.Group(select, groupColumns));
    }
    List<List<ColumnId>> windows = windows();
    boolean limited = query.limit() != null || query.offset() != null;
    List<ColumnId> distinctColumns = distinctColumns();
    List<Output> outputs = new ArrayList<>();
    for (Query.SelectItem item : select.items()) {
      outputs.addAll(output(item, aggregated, groupColumns, windows, limited, distinctColumns));
    }
    QueryVariable rows = analyzer.rows("", outputs, List.of());
    return new Analyzer.Result(
        rows,
        new Source.Block(
            rows,
            from,
            aggregated,
            groupColumns,
            select.distinct(),
            distinctColumns,
            windows,
            limited));
  }

  private void walkAll() {
    for (Node child : select.children()) {
      if (!(child instanceof FromItem)) {
        analyzer.walk(child, scope);
      }
    }
    analyzer.walk(query.orderBy(), scope);
    analyzer.walkLimit(query, scope);
  }

  private boolean isAggregated() {
    return !select.groupBy().isEmpty()
        || select.having() != null
        || hasAggregate(select.items())
        || hasAggregate(query.orderBy())
        || hasAggregate(select.distinctOn());
  }

  private boolean hasAggregate(List<? extends Node> nodes) {
    return nodes.stream()
        .anyMatch(node -> Functions.hasAggregate(node, analyzer.tables().catalog()));
  }

  private List<ColumnId> groupColumns() {
    List<ColumnId> columns = new ArrayList<>();
    for (Query.Grouping grouping : select.groupBy()) {
      if (grouping.kind() == Query.GroupingKind.PLAIN) {
        for (Expr value : grouping.values()) {
          addIfPresent(columns, grouped(value));
        }
      }
    }
    return columns;
  }

  /** GROUP BY takes a name as an input column first, then as an output's, and a number as one. */
  private @Nullable ColumnId grouped(Expr value) {
    if (value instanceof Expr.Column column && !column.star()) {
      ColumnId input = scope.resolve(column.name());
      if (input != null || column.name().parts().size() > 1) {
        return input;
      }
      for (Query.SelectItem item : select.items()) {
        if (column.name().last().equals(item.alias())) {
          return plainColumn(item.value());
        }
      }
      return null;
    }
    Query.SelectItem item = Positions.item(value, select);
    return item == null ? null : plainColumn(item.value());
  }

  private List<ColumnId> distinctColumns() {
    List<ColumnId> columns = new ArrayList<>();
    if (select.distinct() == Query.Distinct.ON) {
      for (Expr value : select.distinctOn()) {
        Query.SelectItem item = Positions.item(value, select);
        addIfPresent(columns, plainColumn(item == null ? value : item.value()));
      }
    } else if (select.distinct() == Query.Distinct.ALL) {
      for (Query.SelectItem item : select.items()) {
        if (item.value() instanceof Expr.Column column && column.star()) {
          starred(column).forEach(v -> addKeys(columns, v));
        } else {
          addIfPresent(columns, plainColumn(item.value()));
        }
      }
    }
    return columns;
  }

  /** Of a star, the columns that matter: every known one, or at least the key. */
  private static void addKeys(List<ColumnId> columns, Variable variable) {
    List<String> names = variable.columns();
    if (names != null) {
      names.forEach(name -> addIfPresent(columns, variable.column(name)));
    } else if (variable instanceof TableVariable table) {
      columns.addAll(table.key());
    }
  }

  private List<List<ColumnId>> windows() {
    List<List<ColumnId>> windows = new ArrayList<>();
    for (Node node : select.items()) {
      collectWindows(node, windows);
    }
    query.orderBy().forEach(item -> collectWindows(item, windows));
    select.distinctOn().forEach(item -> collectWindows(item, windows));
    return windows;
  }

  private void collectWindows(Node node, List<List<ColumnId>> windows) {
    if (node instanceof Query) {
      return;
    }
    if (node instanceof Expr.Call call && call.over() != null) {
      List<ColumnId> partition = new ArrayList<>();
      partition(call.over(), partition, select.windows().size() + 1);
      windows.add(partition);
    }
    node.eachChild(child -> collectWindows(child, windows));
  }

  private void partition(Query.Window window, List<ColumnId> columns, int depth) {
    for (Expr value : window.partitionBy()) {
      addIfPresent(columns, plainColumn(value));
    }
    String base = window.base() != null ? window.base() : window.name();
    for (Query.Window defined : select.windows()) {
      if (defined.name() != null
          && defined.name().equals(base)
          && !defined.equals(window)
          && depth > 0) {
        partition(defined, columns, depth - 1);
        return;
      }
    }
  }

  private List<Output> output(
      Query.SelectItem item,
      boolean aggregated,
      List<ColumnId> groupColumns,
      List<List<ColumnId>> windows,
      boolean limited,
      List<ColumnId> distinctColumns) {
    boolean plain = !aggregated && windows.isEmpty() && select.distinct() != Query.Distinct.ON;
    if (item.value() instanceof Expr.Column column && column.star()) {
      List<Output> outputs = new ArrayList<>();
      for (Variable variable : starred(column)) {
        outputs.addAll(QueryVariable.star(variable, plain && !limited));
      }
      return outputs;
    }
    String name = Positions.outputName(item);
    ColumnId source = plainColumn(item.value());
    if (source == null) {
      boolean constant = Constants.isConstant(item.value());
      return List.of(
          Output.computed(name, constant ? new Domain.Terms(List.of(item.value())) : null));
    }
    boolean pushable =
        !limited
            && (!aggregated || groupColumns.contains(source))
            && windows.stream().allMatch(partition -> partition.contains(source))
            && (select.distinct() != Query.Distinct.ON || distinctColumns.contains(source));
    return List.of(Output.of(name, source, scope.family(source), pushable));
  }

  /** The variables whose columns {@code *} or {@code t.*} stands for. */
  private List<Variable> starred(Expr.Column star) {
    if (star.name().is("*")) {
      return List.copyOf(scope.variables());
    }
    Variable variable = scope.labelled(star.name().parts());
    return List.of(
        variable == null ? new OpaqueVariable(analyzer.newId(), "", List.of()) : variable);
  }

  private @Nullable ColumnId plainColumn(Expr value) {
    return value instanceof Expr.Column column && !column.star()
        ? scope.resolve(column.name())
        : null;
  }

  private static void addIfPresent(List<ColumnId> columns, @Nullable ColumnId column) {
    if (column != null) {
      columns.add(column);
    }
  }
}
