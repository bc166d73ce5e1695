package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.read.SelectPlanner;
import io.shardjdbc.routing.plan.result.EverywherePlan;
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.result.Trial;
import io.shardjdbc.routing.plan.write.InsertPlanner;
import io.shardjdbc.routing.plan.write.PartFirst;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Creates a materialized view where each shard finds its own rows of it, or one shard finds all.
 *
 * <p>Its rows have to lie as its declaration says, because it is read by that. One that is declared
 * with a shard key is made of rows under the same key; one that is declared as a copy, of copies
 * which all give the same; one of a single shard there. One that is not declared nobody reads.
 */
final class MaterializedViews {

  private static final String SUBJECT = "create materialized view";

  private final Tables tables;
  private final ParsedSql parsed;
  private final Hint hint;
  private final Utility utility;
  private final Statement query;

  MaterializedViews(Tables tables, ParsedSql parsed, Hint hint, Utility utility) {
    this.tables = tables;
    this.parsed = parsed;
    this.hint = hint;
    this.utility = utility;
    this.query = Objects.requireNonNull(utility.inner());
  }

  /**
   * @param planned the plan of its query
   */
  Plan plan(Plan planned) {
    DirectRoute route =
        Trial.of(() -> planned.route(List.of(), tables.map())).fold(Route::direct, why -> null);
    if (route == null) {
      throw refused();
    }
    List<String> name = Tables.local(name());
    Table table =
        tables.configuration().declares(name)
            ? tables.configuration().table(name).orElse(null)
            : null;
    if (route.isSingle() && route.isMovable()) {
      return ofCopies(table);
    }
    if (route.isSingle()) {
      return onOne(table, route.shards().get(0));
    }
    boolean apart = table != null && !(table instanceof Table.Sharded s && isOfItsKey(s));
    if (apart || !route.merge().equals(Merge.ONE_AFTER_ANOTHER)) {
      throw refused();
    }
    return everywhere(true);
  }

  private Name name() {
    return utility.names().get(0);
  }

  private Plan onOne(@Nullable Table table, ShardId shard) {
    if (table instanceof Table.Single single && !single.shard().equals(shard)) {
      throw new RoutingException(ErrorCode.SINGLE_TABLES_APART, table.displayName());
    }
    if (table != null && !(table instanceof Table.Single)) {
      throw refused();
    }
    return fixed(shard);
  }

  private Plan ofCopies(@Nullable Table table) {
    if (table instanceof Table.Single single) {
      return fixed(single.shard());
    }
    if (table instanceof Table.Sharded || (table != null && !givesAllTheSame())) {
      throw refused();
    }
    return everywhere(false);
  }

  private Plan fixed(ShardId shard) {
    return new FixedPlan(parsed, Effect.SCHEMA, hint, shard, KeyHashes.any());
  }

  private Plan everywhere(boolean parts) {
    return new EverywherePlan(
        parsed, Effect.SCHEMA, hint, SUBJECT, new Merge.SameOnAll(true, parts));
  }

  /** Whether its rows, inserted into a reference table, would be the same in all copies. */
  private boolean givesAllTheSame() {
    String sql = "INSERT INTO " + written(Tables.local(name())) + " " + text();
    ParsedSql insert = SqlParser.parse(sql, QuestionMarks.OPERATORS);
    InsertPlanner planner =
        new InsertPlanner(
            tables, insert, QuestionMarks.OPERATORS, Hint.NONE, (Insert) insert.statement());
    return Trial.of(() -> planner.plan().orThrow())
        .fold(EverywherePlan.class::isInstance, why -> false);
  }

  /** Whether its key is that of the rows it is made of: it can be joined to them on each shard. */
  private boolean isOfItsKey(Table.Sharded table) {
    Optional<Table.Sharded> made = madeOf(query, table);
    if (made.isEmpty()) {
      return false;
    }
    Table.Sharded base = made.get();
    String on =
        IntStream.range(0, base.key().size())
            .mapToObj(
                i ->
                    "made."
                        + Identifiers.quote(table.key().get(i).name())
                        + " = base."
                        + Identifiers.quote(base.key().get(i).name()))
            .collect(Collectors.joining(" AND "));
    String sql =
        "SELECT 1 FROM (%s) AS made%s JOIN %s AS base ON %s"
            .formatted(text(), columns(), written(base.name()), on);
    ParsedSql join = SqlParser.parse(sql, QuestionMarks.OPERATORS);
    SelectPlanner planner =
        new SelectPlanner(tables, join, QuestionMarks.OPERATORS, Hint.NONE, PartFirst::plan);
    return Trial.of(
            () ->
                planner
                    .plan((SelectStatement) join.statement())
                    .orThrow()
                    .route(List.of(), tables.map()))
        .fold(route -> route.direct() != null, why -> false);
  }

  private Optional<Table.Sharded> madeOf(Node node, Table.Sharded like) {
    if (node instanceof FromItem.Table from
        && tables.find(Tables.local(from.name())).orNull() instanceof Table.Sharded sharded
        && tables.placementOf(sharded).equals(tables.placementOf(like))
        && sharded.key().size() == like.key().size()) {
      return Optional.of(sharded);
    }
    return node.children().stream().flatMap(child -> madeOf(child, like).stream()).findFirst();
  }

  private String text() {
    return parsed.sql().substring(query.span().start(), query.span().end());
  }

  /** The names that it gives to its columns, in parentheses. */
  private String columns() {
    String between = parsed.sql().substring(name().span().end(), query.span().start()).strip();
    return between.startsWith("(") ? between.substring(0, between.indexOf(')') + 1) : "";
  }

  private static String written(List<String> name) {
    return name.stream().map(Identifiers::quote).collect(Collectors.joining("."));
  }

  private static RoutingException refused() {
    return new RoutingException(ErrorCode.UTILITY_UNSUPPORTED, "CREATE MATERIALIZED VIEW");
  }
}
