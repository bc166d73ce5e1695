package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.OpaqueVariable;
import io.shardjdbc.routing.plan.facts.QueryVariable;
import io.shardjdbc.routing.plan.facts.QueryVariable.Output;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Variable;
import io.shardjdbc.routing.plan.facts.Variable.Presence;
import io.shardjdbc.routing.plan.prove.Scope.Resolution;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Adds the items of a FROM clause to a scope, with what their joins say of their columns. */
final class FromClause {

  private final Analyzer analyzer;

  FromClause(Analyzer analyzer) {
    this.analyzer = analyzer;
  }

  Source add(FromItem item, Scope scope) {
    if (item instanceof FromItem.Table table) {
      return table(table, scope);
    }
    if (item instanceof FromItem.Derived derived) {
      Scope around = derived.lateral() ? scope : scope.parent();
      Analyzer.Result inner =
          analyzer.query(derived.query(), around, scope.commonTables(), v -> false);
      scope.add(alias(inner.rows(), derived.alias(), List.of()));
      return inner.source();
    }
    if (item instanceof FromItem.Function function) {
      return function(function, scope);
    }
    return join((FromItem.Join) item, scope);
  }

  private Variable alias(
      QueryVariable rows, FromItem.@Nullable Alias alias, List<String> columnsOfDefinition) {
    List<Output> outputs = QueryVariable.star(rows, true);
    QueryVariable named =
        columnsOfDefinition.isEmpty() ? rows : analyzer.rows("", outputs, columnsOfDefinition);
    return analyzer.rows(
        alias == null ? "" : alias.name(),
        QueryVariable.star(named, true),
        alias == null ? List.of() : alias.columns());
  }

  private Source table(FromItem.Table item, Scope scope) {
    FromItem.Sample sample = item.sample();
    if (sample != null) {
      analyzer.walk(sample.arguments(), scope);
    }
    if (item.name().parts().size() == 1) {
      CommonTables.Definition definition = scope.commonTables().find(item.name().last());
      if (definition != null) {
        return reference(definition, item, scope);
      }
    }
    TableVariable table = analyzer.variable(item);
    analyzer.analysis().tables().add(table);
    if (sample != null && !(sample.byShare() && table.table() instanceof Table.Sharded)) {
      analyzer.analysis().obstacles().add("TABLESAMPLE"); // each copy would give its own sample
    }
    scope.add(table);
    return new Source.Leaf(table);
  }

  private Source reference(CommonTables.Definition definition, FromItem.Table item, Scope scope) {
    FromItem.Alias alias = item.alias();
    FromItem.Alias label =
        alias != null ? alias : new FromItem.Alias(item.name().last(), List.of(), false);
    List<String> columns = definition.node().columns();
    switch (definition.kind()) {
      case SELF -> {
        scope.add(new OpaqueVariable(analyzer.newId(), label.name(), List.of()));
        return new Source.Constant();
      }
      case LATER -> {
        analyzer
            .analysis()
            .objections()
            .add(ErrorCode.UNSUPPORTED_CLAUSE, "WITH RECURSIVE that refers to a later table");
        scope.add(new OpaqueVariable(analyzer.newId(), label.name(), List.of()));
        return new Source.Constant();
      }
      case WRITE -> {
        QueryVariable written = definition.written();
        TableVariable target = definition.target();
        return written == null || target == null
            ? new Source.Constant()
            : returned(written, target, label, columns, scope);
      }
      case QUERY -> {
        CommonTables visible = definition.visible();
        Query query = ((SelectStatement) definition.node().statement()).query();
        if (definition.recursive()) {
          visible =
              visible.with(
                  new CommonTables.Definition(
                      CommonTables.Kind.SELF, definition.node(), true, visible, null));
        }
        boolean selfReferring = definition.recursive() && mentions(query, definition);
        Analyzer.Result inner = analyzer.query(query, definition.parent(), visible, v -> false);
        if (selfReferring) {
          analyzer.analysis().obstacles().add("WITH RECURSIVE");
          List<String> known = inner.rows().columns();
          List<String> names = !columns.isEmpty() ? columns : known == null ? List.of() : known;
          scope.add(new OpaqueVariable(analyzer.newId(), label.name(), names));
          return inner.source();
        }
        scope.add(alias(inner.rows(), label, columns));
        return inner.source();
      }
    }
    throw new AssertionError(definition.kind());
  }

  /**
   * Rows that a part of the WITH returns. What is said of them here holds for this reading of them
   * alone, and says nothing of the rows that are written: so an occurrence of the table stands for
   * them, with keys that follow those of the rows written.
   */
  private Source returned(
      QueryVariable written,
      TableVariable target,
      FromItem.Alias label,
      List<String> columns,
      Scope scope) {
    TableVariable read = analyzer.tables().again(analyzer.newId(), target);
    List<ColumnId> key = target.key();
    for (int i = 0; i < key.size(); i++) {
      analyzer.facts().implies(key.get(i), read.key().get(i));
    }
    List<Output> outputs = new ArrayList<>();
    for (Output output : QueryVariable.star(written, false)) {
      List<ColumnId> sources = output.name() == null ? List.of() : written.sources(output.name());
      boolean own = sources.size() == 1 && sources.get(0).variable() == target.id();
      outputs.add(
          own
              ? Output.of(
                  output.name(),
                  new ColumnId(read.id(), sources.get(0).column()),
                  output.family(),
                  true)
              : output);
    }
    analyzer.analysis().returned().add(read);
    scope.add(alias(analyzer.rows("", outputs, List.of()), label, columns));
    return new Source.Leaf(read);
  }

  private static boolean mentions(
      io.shardjdbc.routing.sql.Node node, CommonTables.Definition definition) {
    if (node instanceof FromItem.Table table && table.name().is(definition.node().name())) {
      return true;
    }
    return node.anyChild(child -> mentions(child, definition));
  }

  private Source function(FromItem.Function function, Scope scope) {
    analyzer.walk(function.calls(), scope);
    FromItem.Alias alias = function.alias();
    Expr.Call only =
        function.calls().size() == 1 && function.calls().get(0) instanceof Expr.Call call
            ? call
            : null;
    String label = alias != null ? alias.name() : only == null ? "" : only.name().last();
    List<String> columns = alias == null ? List.of() : alias.columns();
    if (only != null
        && only.name().is("unnest")
        && only.arguments().size() == 1
        && !function.ordinality()
        && Constants.isConstant(only.arguments().get(0))) {
      Domain elements = new Domain.Elements(only.arguments().get(0));
      String name = columns.isEmpty() ? label : columns.get(0);
      scope.add(analyzer.rows(label, List.of(Output.computed(name, elements)), List.of()));
    } else {
      scope.add(new OpaqueVariable(analyzer.newId(), label, columns));
    }
    return new Source.Constant();
  }

  private Source join(FromItem.Join join, Scope scope) {
    int start = scope.variables().size();
    Source left = add(join.left(), scope);
    int middle = scope.variables().size();
    Source right = add(join.right(), scope);
    List<Variable> leftSide = List.copyOf(scope.variables().subList(start, middle));
    List<Variable> rightSide =
        List.copyOf(scope.variables().subList(middle, scope.variables().size()));
    IntPredicate targets = targets(join.kind(), leftSide, rightSide);
    Conditions conditions = new Conditions(analyzer, scope, targets);
    List<String> using = join.natural() ? common(leftSide, rightSide) : join.using();
    for (String column : using) {
      using(join, column, leftSide, rightSide, conditions, scope);
    }
    if (join.on() != null) {
      conditions.require(join.on());
      analyzer.walk(join.on(), scope);
    }
    if (join.kind() == FromItem.JoinKind.LEFT || join.kind() == FromItem.JoinKind.FULL) {
      scope.fillWithNull(rightSide);
    }
    if (join.kind() == FromItem.JoinKind.RIGHT || join.kind() == FromItem.JoinKind.FULL) {
      scope.fillWithNull(leftSide);
    }
    if (join.usingAlias() != null) {
      scope.add(new OpaqueVariable(analyzer.newId(), join.usingAlias(), List.of()));
    }
    if (join.alias() != null) {
      scope.hide(
          start, new OpaqueVariable(analyzer.newId(), join.alias().name(), join.alias().columns()));
    }
    return new Source.Joined(join.kind(), left, right);
  }

  private static IntPredicate targets(
      FromItem.JoinKind kind, List<Variable> left, List<Variable> right) {
    return switch (kind) {
      case INNER, CROSS -> v -> has(left, v) || has(right, v);
      case LEFT -> v -> has(right, v);
      case RIGHT -> v -> has(left, v);
      case FULL -> v -> false;
    };
  }

  private static boolean has(List<Variable> variables, int id) {
    for (int i = 0; i < variables.size(); i++) { // asked for each condition of a join
      if (variables.get(i).id() == id) {
        return true;
      }
    }
    return false;
  }

  private void using(
      FromItem.Join join,
      String column,
      List<Variable> left,
      List<Variable> right,
      Conditions conditions,
      Scope scope) {
    Resolution merged = scope.mergedColumn(column);
    ColumnId a = merged.certain() ? merged.column() : Scope.among(left, column).column();
    ColumnId b = Scope.among(right, column).column();
    if (a != null && b != null) {
      conditions.equal(a, b);
    }
    scope.merge(
        column,
        switch (join.kind()) {
          case INNER, CROSS, LEFT -> a;
          case RIGHT -> b;
          case FULL -> null;
        });
  }

  /** The columns that both sides certainly have; NATURAL may join on more. */
  private static List<String> common(List<Variable> left, List<Variable> right) {
    Set<String> names = new LinkedHashSet<>();
    for (Variable variable : left) {
      List<String> columns = variable.columns();
      if (columns != null) {
        names.addAll(columns);
      } else if (variable instanceof TableVariable table) {
        table.key().forEach(key -> names.add(key.column()));
      }
    }
    List<String> both = new ArrayList<>();
    for (String name : names) {
      if (right.stream().anyMatch(v -> v.presence(name) == Presence.YES)) {
        both.add(name);
      }
    }
    return both;
  }
}
