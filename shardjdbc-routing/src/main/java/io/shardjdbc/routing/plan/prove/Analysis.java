package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.QueryVariable;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What walking a statement brings to light, whichever kind of statement it is.
 *
 * <p>Filled by one {@link Analyzer}; not thread-safe, and read-only once the walk is done.
 */
public final class Analysis {

  private final Facts facts = new Facts();
  private final List<TableVariable> tables = new ArrayList<>();
  private final Map<Integer, List<Expr>> filters = new HashMap<>();
  private final Set<Integer> readByValue = new LinkedHashSet<>();
  private final IdentityHashMap<Query.Select, Scope> scopes = new IdentityHashMap<>();
  private final List<Expr.Call> calls = new ArrayList<>();
  private final List<Query> queries = new ArrayList<>();
  private final Set<String> foreignOperators = new LinkedHashSet<>();
  private final Set<String> attributes = new LinkedHashSet<>();
  private final Set<String> rowsCalled = new LinkedHashSet<>();
  private final List<String> obstacles = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final IdentityHashMap<Expr.Column, Boolean> named = new IdentityHashMap<>();
  private final Objections objections = new Objections();
  private final List<Part> parts = new ArrayList<>();
  private final List<TableVariable> returned = new ArrayList<>();
  private final Map<Integer, QueryVariable> rows = new HashMap<>();
  private @Nullable String rowOrder;
  private boolean locks;
  private boolean namesClock;
  private boolean writesInside;

  public Facts facts() {
    return facts;
  }

  /** Every occurrence of a table, the target of a write included. */
  public List<TableVariable> tables() {
    return tables;
  }

  void add(QueryVariable variable) {
    rows.put(variable.id(), variable);
  }

  /** The columns that a column of a query's rows passes on; empty where it is computed. */
  List<ColumnId> sources(ColumnId column) {
    QueryVariable variable = rows.get(column.variable());
    return variable == null ? List.of() : variable.sources(column.column());
  }

  /** Whether a reference table is among them. */
  public boolean readsCopies() {
    return tables.stream().anyMatch(table -> table.table() instanceof Table.Reference);
  }

  /** Conditions on single tables that their rows can be filtered by, by the table's variable. */
  public Map<Integer, List<Expr>> filters() {
    return filters;
  }

  /** The parameters of filters that are constants only if they name no clock, by their value. */
  public Set<Integer> readByValue() {
    return readByValue;
  }

  /** What the names in each block mean. */
  public IdentityHashMap<Query.Select, Scope> scopes() {
    return scopes;
  }

  /** Whether a name is certainly that of a column, and of no table's whole row. */
  public boolean namesColumn(Expr.Column column) {
    return named.getOrDefault(column, false);
  }

  /** The labels of tables whose whole row a function is given that is written as a column of it. */
  public Set<String> rowsCalled() {
    return rowsCalled;
  }

  /** Notes what a name means in one of the places where its expression is read. */
  void note(Expr.Column column, boolean namesColumn) {
    named.merge(column, namesColumn, Boolean::logicalAnd);
  }

  /** Every call of a function, aggregates and the grammar's own forms included. */
  public List<Expr.Call> calls() {
    return calls;
  }

  /** Every query, sub-queries included. */
  public List<Query> queries() {
    return queries;
  }

  /** The signs of operators that are not the server's own. */
  Set<String> foreignOperators() {
    return foreignOperators;
  }

  /** What is written as a column or a field, and may be a call of a function. */
  Set<String> attributes() {
    return attributes;
  }

  /** Clauses because of which the statement cannot be spread over shards, for messages. */
  public List<String> obstacles() {
    return obstacles;
  }

  /**
   * What in a sub-query over reference tables goes by an order of rows that nothing fixes, or null:
   * two copies may answer it differently.
   */
  public @Nullable String rowOrder() {
    return rowOrder;
  }

  void goesByOrder(String function) {
    rowOrder = function;
  }

  /**
   * A block that groups.
   *
   * @param columns the columns it groups by as they are
   */
  public record Group(Query.Select select, List<ColumnId> columns) {}

  /** Every block with GROUP BY, once for each time it was analysed. */
  public List<Group> groups() {
    return groups;
  }

  /** Why nothing can be said of the statement: of a table, say, that is not known. */
  public @Nullable Refusal refusal() {
    return objections.first();
  }

  Objections objections() {
    return objections;
  }

  /** Whether rows are locked by FOR UPDATE and its kin. */
  public boolean locks() {
    return locks;
  }

  void lock() {
    locks = true;
  }

  /**
   * A part of a WITH that writes.
   *
   * @param tables what it reads and writes, and what other parts return to it
   */
  record Part(Statement statement, WriteAnalysis.Result write, List<TableVariable> tables) {}

  /** The parts of WITH that write. */
  List<Part> parts() {
    return parts;
  }

  /**
   * Why a statement cannot run where its rows lie: a part of its WITH writes a reference table,
   * which every shard has to write. Null where none does.
   */
  public @Nullable Refusal writesCopies() {
    return parts.stream()
        .map(part -> part.write().target().table())
        .filter(Table.Reference.class::isInstance)
        .findFirst()
        .map(
            table ->
                Refusal.of(
                    ErrorCode.WRITE_NOT_MERGEABLE,
                    "a WITH that writes reference table " + table.displayName()))
        .orElse(null);
  }

  /** For each place that reads what a part returns, an occurrence of the table it has written. */
  List<TableVariable> returned() {
    return returned;
  }

  /** Whether a text is cast that names the clock: {@code timestamp 'now'}. */
  public boolean namesClock() {
    return namesClock;
  }

  void nameClock() {
    namesClock = true;
  }

  /** Whether a WITH contains a data-modifying statement. */
  public boolean writesInside() {
    return writesInside;
  }

  void writeInside() {
    writesInside = true;
  }
}
