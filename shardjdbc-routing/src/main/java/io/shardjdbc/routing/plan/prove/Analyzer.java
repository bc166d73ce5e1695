package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.effects.ClockTexts;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.effects.Operators;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.EqualityKind;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.OpaqueVariable;
import io.shardjdbc.routing.plan.facts.QueryVariable;
import io.shardjdbc.routing.plan.facts.QueryVariable.Output;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.facts.Variable;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks queries and collects their tables, their facts, and how their rows come about.
 *
 * <p>A common table expression is analysed anew at each reference, as if its text stood there: what
 * one reference is joined to says nothing about another.
 */
public final class Analyzer {

  /** More variables than any statement people write; common tables could multiply for ever. */
  private static final int MAX_VARIABLES = 2_000;

  /**
   * What became of a query.
   *
   * @param rows its columns
   * @param source how its rows come about
   */
  public record Result(QueryVariable rows, Source source) {}

  private final Tables tables;
  private final Analysis analysis = new Analysis();
  private final FromClause fromClause = new FromClause(this);
  private final Map<Integer, Variable> variables = new HashMap<>();
  private final Set<Query> ofAnyRow = Collections.newSetFromMap(new IdentityHashMap<>());
  private int nextVariable;
  private int depth;

  public Analyzer(Tables tables) {
    this.tables = tables;
  }

  public Analysis analysis() {
    return analysis;
  }

  Facts facts() {
    return analysis.facts();
  }

  Tables tables() {
    return tables;
  }

  FromClause fromClause() {
    return fromClause;
  }

  int newId() {
    if (nextVariable == MAX_VARIABLES) {
      throw new RoutingException(ErrorCode.STATEMENT_TOO_LARGE, "too many tables");
    }
    return nextVariable++;
  }

  /** An occurrence of a table; of one that is not known, something that stands for it. */
  TableVariable variable(FromItem.Table node) {
    int id = newId();
    return tables
        .variable(id, node)
        .fold(
            known -> known,
            why -> {
              analysis.objections().add(why);
              return tables.standIn(id, node);
            });
  }

  QueryVariable rows(String label, List<Output> outputs, List<String> aliases) {
    QueryVariable rows = new QueryVariable(newId(), label, facts(), outputs, aliases);
    variables.put(rows.id(), rows);
    analysis.add(rows);
    return rows;
  }

  /** The family of a column of a query's rows. */
  EqualityKind family(ColumnId column) {
    Variable variable = variables.get(column.variable());
    return variable == null ? EqualityKind.OTHER : variable.family(column.column());
  }

  /** The columns that a column of a query's rows passes on; empty where it is computed. */
  List<ColumnId> sources(ColumnId column) {
    return analysis.sources(column);
  }

  /** A sub-query in an expression of the block that {@code scope} is; once for each. */
  Result subquery(Query query, Scope scope, IntPredicate outerTargets) {
    Result known = scope.subqueries().get(query);
    if (known == null) {
      known = query(query, scope, scope.commonTables(), outerTargets);
      scope.subqueries().put(query, known);
    }
    return known;
  }

  /** What is walked inside of a statement that writes: each query there is a sub-query. */
  <T> T inside(Supplier<T> walk) {
    depth++;
    T result = walk.get();
    depth--;
    return result;
  }

  /** A sub-query of which any row will do. */
  Result exists(Expr.Exists exists, Scope scope, IntPredicate outerTargets) {
    if (Calls.isOfAnyRow(exists)) {
      ofAnyRow.add(exists.query());
    }
    return subquery(exists.query(), scope, outerTargets);
  }

  /**
   * A query.
   *
   * @param parent the block whose columns it may name, if any
   * @param outerTargets which variables of the blocks around it its WHERE may restrict
   */
  public Result query(
      Query query, @Nullable Scope parent, CommonTables outer, IntPredicate outerTargets) {
    int before = analysis.tables().size();
    depth++;
    analysis.queries().add(query);
    Result result = analysed(query, parent, outer, outerTargets);
    depth--;
    List<TableVariable> inside = analysis.tables().subList(before, analysis.tables().size());
    if (depth > 0 && !inside.isEmpty() && inside.stream().allMatch(Analyzer::isCopied)) {
      CopiedQueries.note(analysis, query, inside, ofAnyRow.contains(query), tables.catalog());
    }
    return result;
  }

  private static boolean isCopied(TableVariable table) {
    return table.table() instanceof Table.Reference;
  }

  private Result analysed(
      Query query, @Nullable Scope parent, CommonTables outer, IntPredicate outerTargets) {
    CommonTables visible = with(query.with(), parent, outer);
    boolean limited = query.limit() != null || query.offset() != null;
    if (!query.locking().isEmpty()) {
      analysis.lock();
    }
    Query.Body body = query.body();
    if (body instanceof Query.Select select) {
      return new BlockAnalysis(this, query, select, new Scope(parent, visible))
          .analyse(outerTargets);
    }
    Scope around = new Scope(parent, visible);
    walk(query.orderBy(), around);
    walkLimit(query, around);
    if (body instanceof Query.Values values) {
      return values(values, around);
    }
    if (body instanceof Query.SetOperation operation) {
      return combined(operation, parent, visible, limited);
    }
    Query nested = ((Query.Nested) body).query();
    Result inner = query(nested, parent, visible, v -> false);
    if (!limited) {
      return inner;
    }
    QueryVariable rows = rows("", QueryVariable.star(inner.rows(), false), List.of());
    return new Result(
        rows,
        new Source.Block(
            rows,
            List.of(inner.source()),
            false,
            List.of(),
            Query.Distinct.NONE,
            List.of(),
            List.of(),
            true));
  }

  void walkLimit(Query query, Scope scope) {
    if (query.limit() != null) {
      walk(query.limit(), scope);
    }
    if (query.offset() != null) {
      walk(query.offset(), scope);
    }
  }

  private Result values(Query.Values values, Scope scope) {
    walk(values, scope);
    List<Output> outputs = new ArrayList<>();
    int width = values.rows().get(0).items().size();
    for (int i = 0; i < width; i++) {
      List<Expr> terms = new ArrayList<>();
      for (Expr.Row row : values.rows()) {
        if (i < row.items().size() && Constants.isConstant(row.items().get(i))) {
          terms.add(row.items().get(i));
        }
      }
      boolean constant = terms.size() == values.rows().size();
      outputs.add(Output.computed("column" + (i + 1), constant ? new Domain.Terms(terms) : null));
    }
    return new Result(rows("", outputs, List.of()), new Source.Constant());
  }

  private Result combined(
      Query.SetOperation operation, @Nullable Scope parent, CommonTables visible, boolean limited) {
    Result left = query(operation.left(), parent, visible, v -> false);
    Result right = query(operation.right(), parent, visible, v -> false);
    List<Output> outputs = new ArrayList<>();
    List<String> names = left.rows().columns();
    if (names == null || right.rows().width() != names.size()) {
      outputs.add(
          new Output(
              null,
              List.of(),
              EqualityKind.OTHER,
              null,
              false,
              new OpaqueVariable(-1, "", List.of())));
    } else {
      for (int i = 0; i < names.size(); i++) {
        outputs.add(combinedOutput(left.rows(), right.rows(), i, limited));
      }
    }
    QueryVariable rows = rows("", outputs, List.of());
    return new Result(
        rows,
        new Source.Combined(
            operation.operator(),
            operation.all(),
            left.rows(),
            left.source(),
            right.rows(),
            right.source(),
            limited));
  }

  private Output combinedOutput(QueryVariable left, QueryVariable right, int i, boolean cut) {
    ColumnId a = left.at(i);
    ColumnId b = right.at(i);
    if (a == null || b == null) {
      return Output.computed(a == null ? null : a.column(), null);
    }
    EqualityKind family = left.family(a.column());
    if (!family.joins(right.family(b.column()))) {
      return Output.computed(a.column(), null);
    }
    facts().link(a);
    facts().link(b);
    return new Output(a.column(), List.of(a, b), family, null, !cut, null);
  }

  /** Defines the common tables of a WITH. */
  CommonTables with(Query.@Nullable With with, @Nullable Scope parent, CommonTables outer) {
    if (with == null) {
      return outer;
    }
    CommonTables visible = outer;
    if (with.recursive()) {
      for (Query.CommonTable later : with.tables()) {
        visible = visible.with(definition(CommonTables.Kind.LATER, later, with, visible, parent));
      }
    }
    for (Query.CommonTable table : with.tables()) {
      Statement statement = table.statement();
      CommonTables.Definition definition =
          statement instanceof SelectStatement
              ? new CommonTables.Definition(
                  CommonTables.Kind.QUERY, table, with.recursive(), visible, parent)
              : written(table, with, visible, parent);
      walk(table.extras(), new Scope(parent, visible));
      visible = visible.with(definition);
    }
    return visible;
  }

  private CommonTables.Definition written(
      Query.CommonTable table, Query.With with, CommonTables visible, @Nullable Scope parent) {
    int tablesBefore = analysis.tables().size();
    int returnedBefore = analysis.returned().size();
    analysis.writeInside();
    WriteAnalysis analysing = new WriteAnalysis(this, visible);
    WriteAnalysis.Result write = analysing.analyse(table.statement());
    QueryVariable rows = analysing.returning(table.statement(), write);
    List<TableVariable> own =
        new ArrayList<>(analysis.tables().subList(tablesBefore, analysis.tables().size()));
    own.addAll(analysis.returned().subList(returnedBefore, analysis.returned().size()));
    analysis.parts().add(new Analysis.Part(table.statement(), write, own));
    return new CommonTables.Definition(
        CommonTables.Kind.WRITE, table, with.recursive(), visible, parent, rows, write.target());
  }

  private static CommonTables.Definition definition(
      CommonTables.Kind kind,
      Query.CommonTable table,
      Query.With with,
      CommonTables visible,
      @Nullable Scope parent) {
    return new CommonTables.Definition(kind, table, with.recursive(), visible, parent);
  }

  void walk(List<? extends Node> nodes, Scope scope) {
    for (int i = 0; i < nodes.size(); i++) {
      walk(nodes.get(i), scope);
    }
  }

  /** Finds the sub-queries, functions and operators of an expression. */
  void walk(Node node, Scope scope) {
    if (node instanceof Query query) {
      subquery(query, scope, v -> false);
      return;
    }
    if (node instanceof Expr.Exists exists) {
      exists(exists, scope, v -> false);
      return;
    }
    if (node instanceof Expr.Call call) {
      analysis.calls().add(call);
      if (Functions.isAggregateOfUsers(call, tables.catalog())) {
        analysis.obstacles().add("an aggregate of the user's own");
      }
      if (Functions.isAggregate(call, tables.catalog()) && OuterAggregates.has(call, scope)) {
        analysis.obstacles().add("an aggregate of an outer query");
      }
    }
    if (node instanceof Expr.Cast && ClockTexts.isNamedBy(node)) {
      analysis.nameClock();
    }
    if (node instanceof Expr.Column column && !column.star()) {
      analysis.note(column, scope.resolve(column.name()) != null);
    }
    analysis.foreignOperators().addAll(Operators.foreign(Operators.of(node)));
    Attribute attribute = Attribute.of(node, scope);
    if (attribute != null) {
      noteAttribute(attribute);
      String row = Attribute.rowOf(node, scope);
      if (row != null) {
        analysis.rowsCalled().add(row);
      }
    }
    node.eachChild(child -> walk(child, scope));
  }

  private void noteAttribute(Attribute attribute) {
    analysis.attributes().add(attribute.name());
    if (attribute.certain() && Functions.isBuiltIn(attribute.call())) {
      analysis.calls().add(attribute.call());
    }
    if (Functions.isAggregate(attribute.call())) {
      analysis.obstacles().add("aggregate " + attribute.name() + " called as a column");
    }
  }
}
