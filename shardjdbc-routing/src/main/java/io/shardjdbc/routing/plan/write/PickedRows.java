package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.prove.WrittenTables;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.RowDistribution;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An UPDATE or DELETE with a sub-query that picks rows: {@code DELETE FROM jobs WHERE id IN (SELECT
 * id FROM jobs ORDER BY at LIMIT 10)}.
 *
 * <p>Each shard would pick by itself. So the sub-query is answered first, as any query is, and each
 * shard carries the statement out with its rows in place of the sub-query. It must not depend on a
 * row of the statement: its columns are all its own.
 */
final class PickedRows implements RowDistribution, Detour {

  private static final String PICKED = "\"shardjdbc:picked\"";

  /** Of which no key is read. */
  private static final Object ANY_ROWS = new Object();

  private final Tables tables;
  private final ParsedSql parsed;
  private final String table;
  private final Query query;
  private final Query.@Nullable With with;
  private final Template plannedText;
  private final Found<TwoSteps> steps;

  private PickedRows(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      String table,
      Query query,
      Query.@Nullable With with) {
    this.tables = tables;
    this.parsed = parsed;
    this.table = table;
    this.query = query;
    this.with = with;
    this.plannedText = text(1, "SELECT " + PICKED + ".* FROM " + PICKED);
    this.steps =
        TwoSteps.of(
            SourceQuery.of(tables, parsed, questionMarks, null, query.span()),
            () ->
                TwoSteps.write(
                    tables, SqlParser.parse(plannedText.text(), QuestionMarks.PARAMETERS)));
  }

  /** The way, or null where the statement has no such sub-query, or more than one. */
  static @Nullable PickedRows plan(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Statement statement,
      String table) {
    List<Query> choosing = new ArrayList<>();
    Query.With with = StagedWrite.with(statement);
    boolean apart =
        (with == null || !with.recursive()) && !questionMarks.areOperatorsIn(parsed.sql());
    Predicate<Query> picks = query -> locks(query) || Calls.picks(query, tables.catalog());
    statement.eachChild(child -> collect(child, picks, choosing));
    if (choosing.isEmpty()) {
      statement
          .children()
          .forEach(
              child ->
                  collect(child, query -> Calls.goesByOrder(query, tables.catalog()), choosing));
    }
    if (!apart
        || choosing.size() != 1
        || names(choosing.get(0), with)
        || !OwnQuery.is(choosing.get(0), tables, isValue(statement, choosing.get(0)))) {
      return null;
    }
    PickedRows picked = new PickedRows(tables, parsed, questionMarks, table, choosing.get(0), with);
    return picked.steps.fold(both -> picked, why -> null);
  }

  /**
   * The outermost sub-queries that pick rows, by locks too, or call what differs from call to call;
   * where there are none, those that go by the order of rows.
   */
  private static void collect(Node node, Predicate<Query> picks, List<Query> choosing) {
    if (node instanceof Query query && picks.test(query)) {
      choosing.add(query);
    } else if (node instanceof Expr.Exists exists && Calls.isOfAnyRow(exists)) {
      exists.query().eachChild(child -> collect(child, picks, choosing));
    } else {
      node.eachChild(child -> collect(child, picks, choosing));
    }
  }

  /** The sub-query that picks. */
  Query query() {
    return query;
  }

  private static boolean locks(Query query) {
    return !query.locking().isEmpty();
  }

  /** Whether it reads a common table of the statement, or what reads like one. */
  private static boolean names(Node node, Query.@Nullable With with) {
    return with != null
        && ((node instanceof FromItem.Table table
                && with.tables().stream().anyMatch(t -> t.name().equals(table.name().last())))
            || node.anyChild(child -> names(child, with)));
  }

  /** Whether its rows are compared as values are, rather than for being equal. */
  private static boolean isValue(Node node, Query query) {
    return (node instanceof Expr.Subquery value && value.query().equals(query))
        || node.anyChild(child -> isValue(child, query));
  }

  private Template text(int arrays, String instead) {
    String columns =
        IntStream.range(0, arrays).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    Template text = new Template(parsed);
    int start = parsed.statement().span().start();
    if (with != null) {
      int first = with.tables().get(0).span().start();
      text.copy(new Span(start, first));
      start = first;
    } else {
      text.write("WITH ");
    }
    text.write(PICKED + " AS (SELECT * FROM unnest(");
    for (int i = 0; i < arrays; i++) {
      text.write(i == 0 ? "?::text[]" : ", ?::text[]");
    }
    text.write(") AS picked(" + columns + "))" + (with != null ? ", " : " "));
    return text.copy(new Span(start, query.span().start()))
        .write(query.span().of(parsed.sql()).startsWith("(") ? "(" + instead + ")" : instead)
        .copy(new Span(query.span().end(), parsed.sql().length()));
  }

  @Override
  public Route route(Effect effect, boolean primary, List<@Nullable Object> values, ShardMap map) {
    return new Distribute(
        effect, map.shards(), this, primary, WrittenTables.of(parsed.statement()));
  }

  @Override
  public String description() {
    return "each shard over its own rows, with the rows that a sub-query picks first";
  }

  @Override
  public Plan source() {
    return steps.orThrow().query().plan();
  }

  @Override
  public List<Integer> sourceParameters() {
    return steps.orThrow().query().parameters();
  }

  @Override
  public boolean locksRows() {
    return locks(query);
  }

  @Override
  public String table() {
    return table;
  }

  @Override
  public Optional<Instead> otherwise(Rows rows, List<@Nullable Object> values, ShardMap map) {
    if (TwoSteps.isOfText(steps.orThrow().write().route(own(1, values), map))) {
      return Optional.empty();
    }
    int width = rows.types().size();
    ParsedSql rest = SqlParser.parse(typed(rows).text(), QuestionMarks.PARAMETERS);
    Route route = TwoSteps.write(tables, rest).orThrow().route(own(width, values), map);
    List<Integer> columns = IntStream.range(0, width).boxed().toList();
    return Optional.of(new Instead(route, columns, plannedText.parameters()));
  }

  private List<@Nullable Object> own(int arrays, List<@Nullable Object> values) {
    List<@Nullable Object> own = new ArrayList<>(Collections.nCopies(arrays, ANY_ROWS));
    plannedText.parameters().forEach(index -> own.add(values.get(index - 1)));
    return own;
  }

  private Template typed(Rows rows) {
    String list =
        IntStream.range(0, rows.types().size())
            .mapToObj(
                i ->
                    "c"
                        + i
                        + "::"
                        + rows.types().get(i)
                        + " AS "
                        + Identifiers.quote(rows.names().get(i)))
            .collect(Collectors.joining(", "));
    return text(rows.types().size(), "SELECT " + list + " FROM " + PICKED);
  }

  @Override
  public Deal deal(Rows rows, List<@Nullable Object> values, ShardMap map) {
    DirectRoute route = TwoSteps.ofText(steps.orThrow().write().route(own(1, values), map));
    Template text = typed(rows);
    List<ShardStatement> statements =
        route.statements().stream().map(s -> text.on(s.shard())).toList();
    List<Integer> all = IntStream.range(0, rows.count()).boxed().toList();
    List<Integer> columns = IntStream.range(0, rows.types().size()).boxed().toList();
    return new Deal(route.with(statements), Collections.nCopies(statements.size(), all), columns);
  }
}
