package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.Catalog.Volatility;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.effects.ClockTexts;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.WrittenTables;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.DetourPlan;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.RowDistribution;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A write whose values each shard would compute differently: they are computed once, in one query,
 * and every shard is given the same.
 *
 * <p>Of an INSERT that is any value of its rows. Of UPDATE, DELETE and ON CONFLICT it is what one
 * server computes once for a statement, such as {@code now()}; what it would compute anew for each
 * row is refused, for the copies' rows come in orders of their own. Of any table's write it is
 * sub-queries for one value that depend on no row of it, where they cannot be answered on each
 * shard.
 */
final class ComputedOnce implements RowDistribution, Detour {

  private static final String COMPUTED = "\"shardjdbc:computed\"";
  private static final Object ANY_VALUES = new Object();

  private final Tables tables;
  private final ParsedSql parsed;
  private final String table;
  private final List<Expr> places;
  private final Template plannedText;
  private final Found<TwoSteps> steps;

  private ComputedOnce(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      String table,
      List<Expr> places,
      Map<Expr, String> types,
      boolean severalRows) {
    this.tables = tables;
    this.parsed = parsed;
    this.table = table;
    this.places = places;
    Template query = new Template(parsed).write("SELECT ");
    for (int i = 0; i < places.size(); i++) {
      // CASE takes no function that returns a set, nor do several rows of VALUES.
      query.write(i == 0 ? "" : ", ").write(severalRows ? "CASE WHEN true THEN (" : "(");
      query.copy(places.get(i).span()).write(severalRows ? ") END" : ")");
      String type = types.get(places.get(i));
      query.write(type == null ? "" : "::" + type);
    }
    this.plannedText = text(places.stream().map(p -> "").toList());
    this.steps =
        TwoSteps.of(
            SourceQuery.of(tables, query, questionMarks),
            () ->
                TwoSteps.write(
                    tables, SqlParser.parse(plannedText.text(), QuestionMarks.PARAMETERS)));
  }

  /** The plan by which every copy does the same, or one that computes first what they would not. */
  static Found<Plan> unlessAlike(
      Found<Plan> alike,
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Hint hint,
      Statement statement,
      Table table,
      CopiedTexts texts) {
    return alike.or(
        why -> {
          String name = table.displayName();
          Detour once = null;
          if (why.code() == ErrorCode.NOT_COPY_SAFE) {
            once = plan(tables, parsed, questionMarks, statement, name, texts);
            if (once == null && !(statement instanceof Insert)) {
              once = PickedRows.plan(tables, parsed, questionMarks, statement, name);
            }
            if (once == null) {
              once = ofQueries(tables, parsed, questionMarks, statement, name);
            }
          } else if (why.code() == ErrorCode.WRITE_NOT_MERGEABLE) {
            once = ofQueries(tables, parsed, questionMarks, statement, name);
            if (once == null && !(statement instanceof Insert)) {
              once = PickedRows.plan(tables, parsed, questionMarks, statement, name);
            }
          }
          Targets none = Targets.of(List.of(), new Facts(), List.of());
          return once == null
              ? alike
              : Found.of(new DetourPlan(parsed, hint, name, none, once, texts.values(table)));
        });
  }

  /** The way, or null where nothing in the statement can be computed first. */
  static @Nullable ComputedOnce plan(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Statement statement,
      String table,
      CopiedTexts texts) {
    boolean apart =
        statement.children().stream().noneMatch(Query.With.class::isInstance)
            && !questionMarks.areOperatorsIn(parsed.sql());
    List<Expr> places = new ArrayList<>();
    IdentityHashMap<Expr, String> types = new IdentityHashMap<>();
    texts.given().forEach(given -> types.put(given.text(), given.type()));
    boolean several = false;
    if (statement instanceof Insert insert) {
      if (insert.source() != null && insert.source().body() instanceof Query.Values values) {
        several = values.rows().size() > 1;
        values.rows().forEach(row -> valuesOf(row, tables.catalog(), types.keySet(), places));
      }
      if (insert.onConflict() != null) {
        stable(insert.onConflict(), tables.catalog(), types.keySet(), places);
      }
    } else {
      stable(statement, tables.catalog(), types.keySet(), places);
    }
    return apart ? of(tables, parsed, questionMarks, table, places, types, several) : null;
  }

  /**
   * The way with all sub-queries for one value answered first, but for those within one that picks
   * rows and is answered as a whole; null where there are none.
   */
  static @Nullable ComputedOnce ofQueries(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      Statement statement,
      String table) {
    boolean apart =
        statement.children().stream().noneMatch(Query.With.class::isInstance)
            && !questionMarks.areOperatorsIn(parsed.sql());
    List<Expr> places = new ArrayList<>();
    queries(statement, tables, places);
    return apart ? of(tables, parsed, questionMarks, table, places, Map.of(), false) : null;
  }

  private static @Nullable ComputedOnce of(
      Tables tables,
      ParsedSql parsed,
      QuestionMarks questionMarks,
      String table,
      List<Expr> places,
      Map<Expr, String> types,
      boolean several) {
    if (places.isEmpty()) {
      return null;
    }
    ComputedOnce once =
        new ComputedOnce(tables, parsed, questionMarks, table, places, types, several);
    return once.steps.fold(both -> once, why -> null);
  }

  private static void queries(Node node, Tables tables, List<Expr> places) {
    for (Node child : node.children()) {
      if (child instanceof Expr.Subquery value
          && !(node instanceof Expr.Quantified)
          && isOneColumn(value.query())
          && OwnQuery.is(value.query(), tables, true)) {
        places.add(value);
      } else if (child instanceof Expr.Exists exists && Calls.isOfAnyRow(exists)) {
        queries(exists.query(), tables, places);
      } else if (!(child instanceof Query query && isPicked(query, tables))) {
        queries(child, tables, places);
      }
    }
  }

  private static boolean isPicked(Query query, Tables tables) {
    return (query.limit() != null || query.offset() != null) && OwnQuery.is(query, tables, true);
  }

  /** Whether a sub-query is one of several for one value that are answered first. */
  boolean answersMoreThan(Query query) {
    return places.size() > 1
        && places.stream().anyMatch(p -> p instanceof Expr.Subquery s && s.query() == query);
  }

  private static boolean isOneColumn(Query query) {
    return query.body() instanceof Query.Select select
        && select.items().size() == 1
        && !(select.items().get(0).value() instanceof Expr.Column column && column.star());
  }

  private static void valuesOf(Expr.Row row, Catalog catalog, Set<Expr> texts, List<Expr> places) {
    for (Expr item : row.items()) {
      boolean differs =
          Calls.hasQuery(List.of(item))
              || texts.contains(item)
              || namesClock(item)
              || Calls.first(List.of(item), catalog, kind -> kind != Volatility.IMMUTABLE) != null;
      if (differs && !Functions.hasAggregate(item) && !Functions.hasWindow(item)) {
        places.add(item);
      }
    }
  }

  /** Whether it casts a text that names the clock. */
  private static boolean namesClock(Node node) {
    return (node instanceof Expr.Cast && ClockTexts.isNamedBy(node))
        || node.anyChild(ComputedOnce::namesClock);
  }

  /** Calls, and texts that name the clock, that have one result for the whole statement. */
  private static void stable(Node node, Catalog catalog, Set<Expr> texts, List<Expr> places) {
    if (node instanceof Query) {
      return;
    }
    if (node instanceof Expr e && hasOneResult(e, catalog, texts)) {
      places.add(e);
      return;
    }
    node.eachChild(child -> stable(child, catalog, texts, places));
  }

  private static boolean hasOneResult(Expr e, Catalog catalog, Set<Expr> texts) {
    return (e instanceof Expr.Call call
            && Functions.volatility(call, catalog) == Volatility.STABLE
            && isOfNoRow(call))
        || (e instanceof Expr.Cast && ClockTexts.isNamedBy(e))
        || texts.contains(e);
  }

  private static boolean isOfNoRow(Node node) {
    return !(node instanceof Expr.Column)
        && !(node instanceof Query)
        && node.allChildren(ComputedOnce::isOfNoRow);
  }

  private Template text(List<String> casts) {
    List<Edit> edits = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      String value = "(SELECT c" + i + casts.get(i) + " FROM " + COMPUTED + ")";
      edits.add(Edit.replace(places.get(i).span(), value));
    }
    String columns =
        IntStream.range(0, places.size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
    Template text = new Template(parsed);
    text.write("WITH " + COMPUTED + " AS (SELECT * FROM unnest(")
        .write(String.join(", ", Collections.nCopies(places.size(), "?::text[]")))
        .write(") AS computed(" + columns + ")) ");
    Span span = parsed.statement().span();
    return text.copy(new Span(span.start(), parsed.sql().length()), edits);
  }

  @Override
  public Route route(Effect effect, boolean primary, List<@Nullable Object> values, ShardMap map) {
    return new Distribute(
        effect, map.shards(), this, primary, WrittenTables.of(parsed.statement()));
  }

  @Override
  public String description() {
    return "each shard alike, with values that are computed once";
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
    return places.stream()
        .anyMatch(p -> p instanceof Expr.Subquery value && !value.query().locking().isEmpty());
  }

  @Override
  public String table() {
    return table;
  }

  @Override
  public Optional<Instead> otherwise(Rows computed, List<@Nullable Object> values, ShardMap map) {
    if (computed.count() != 1) {
      throw new RoutingException(
          ErrorCode.WRITE_NOT_MERGEABLE, "a sub-query beside those that are answered first");
    }
    List<@Nullable Object> own = own(values);
    if (TwoSteps.isOfText(steps.orThrow().write().route(own, map))) {
      return Optional.empty();
    }
    ParsedSql rest = SqlParser.parse(typed(computed).text(), QuestionMarks.PARAMETERS);
    Route route = TwoSteps.write(tables, rest).orThrow().route(own, map);
    return Optional.of(new Instead(route, columns(), plannedText.parameters()));
  }

  @Override
  public Deal deal(Rows computed, List<@Nullable Object> values, ShardMap map) {
    DirectRoute route = TwoSteps.ofText(steps.orThrow().write().route(own(values), map));
    Template text = typed(computed);
    List<ShardStatement> statements =
        route.statements().stream().map(s -> text.on(s.shard())).toList();
    return new Deal(
        route.with(statements), Collections.nCopies(statements.size(), List.of(0)), columns());
  }

  private List<@Nullable Object> own(List<@Nullable Object> values) {
    List<@Nullable Object> own = new ArrayList<>(Collections.nCopies(places.size(), ANY_VALUES));
    plannedText.parameters().forEach(index -> own.add(values.get(index - 1)));
    return own;
  }

  private List<Integer> columns() {
    return IntStream.range(0, places.size()).boxed().toList();
  }

  private Template typed(Rows computed) {
    return text(
        columns().stream()
            .map(
                i ->
                    "::"
                        + computed.types().get(i)
                        + " AS "
                        + Identifiers.quote(computed.names().get(i)))
            .toList());
  }
}
