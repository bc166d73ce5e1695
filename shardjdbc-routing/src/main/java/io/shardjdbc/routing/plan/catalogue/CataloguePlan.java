package io.shardjdbc.routing.plan.catalogue;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.text.StatementSummary;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The plan of a question to the catalogues: it goes to where the relations are that it names. */
public final class CataloguePlan implements Plan {

  private final ParsedSql parsed;
  private final Tables tables;
  private final CatalogueQuestion question;
  private final @Nullable Plan usual;
  private final @Nullable Refusal failed;
  private final @Nullable OpenQuestion everywhere;

  private CataloguePlan(
      ParsedSql parsed,
      Tables tables,
      CatalogueQuestion question,
      @Nullable Plan usual,
      @Nullable Refusal failed) {
    this.parsed = parsed;
    this.tables = tables;
    this.question = question;
    this.usual = usual;
    this.failed = failed;
    this.everywhere = question.isOpen() ? OpenQuestion.of(parsed, tables) : null;
  }

  /** How the statement is planned where all catalogues are alike. */
  @FunctionalInterface
  public interface Usual {
    Found<Plan> plan();
  }

  /**
   * The plan of a statement that asks the catalogues, and tables of the user's not at all; null for
   * another one, and where the first shard has all there is.
   */
  public static @Nullable CataloguePlan of(
      ParsedSql parsed, SelectStatement statement, Hint hint, Tables tables, Usual usual) {
    if (tables.configuration().catalogShards().size() < 2
        || hint.pins()
        || !areAsked(statement)
        || AskedNames.besideTables(statement)) {
      return null;
    }
    CatalogueQuestion question = CatalogueQuestion.of(statement);
    Found<Plan> found = usual.plan();
    return new CataloguePlan(parsed, tables, question, found.orNull(), found.why());
  }

  /** The same plan for a statement that asks the catalogues beside tables of the user's. */
  public static Plan beside(Plan plan, ParsedSql parsed, Hint hint, Tables tables) {
    return AskedBeside.over(plan, parsed, hint, tables);
  }

  /**
   * Whether a statement of users' code asks the catalogues for what is not alike on all shards, or
   * may do so.
   */
  public static boolean isApart(Node statement, RoutingConfiguration routing, Catalog catalog) {
    if (routing.catalogShards().size() < 2 || !areAsked(statement)) {
      return false;
    }
    CatalogueQuestion question = CatalogueQuestion.beside(statement);
    List<Expr> names = question.names();
    return question.isOpen()
        || names.stream().anyMatch(Expr.Parameter.class::isInstance)
        || !new NameHolders(routing, catalog)
            .among(routing.shards(), names, List.of(), new LinkedHashSet<>())
            .containsAll(routing.shards());
  }

  static boolean areAsked(Node statement) {
    return CatalogueTables.areIn(statement) || AskedNames.areIn(statement);
  }

  @Override
  public String sql() {
    return parsed.sql();
  }

  @Override
  public String summary() {
    return StatementSummary.of(parsed);
  }

  @Override
  public int parameterCount() {
    return parsed.parameterCount();
  }

  @Override
  public Effect effect() {
    return usual == null ? Effect.READ_ON_PRIMARY : usual.effect();
  }

  @Override
  public boolean ofOneMoment() {
    return false; // it is answered by one shard
  }

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    if (values.size() != parameterCount()) {
      throw new RoutingException(ErrorCode.WRONG_PARAMETER_COUNT, parameterCount(), values.size());
    }
    Set<String> missing = new LinkedHashSet<>();
    Set<ShardId> with =
        NameHolders.of(tables)
            .among(tables.configuration().catalogShards(), question.names(), values, missing);
    if (with.isEmpty()) {
      throw new RoutingException(ErrorCode.CATALOGUE_APART, String.join(", ", missing));
    }
    if (question.isOpen()) {
      if (everywhere == null) {
        throw new RoutingException(ErrorCode.CATALOGUE_APART, "whatever there is");
      }
      return everywhere.route();
    }
    ShardId shard = with.iterator().next();
    if (shard.equals(map.first())) {
      if (usual == null) {
        throw failed == null
            ? new IllegalStateException("no plan and no reason")
            : failed.exception();
      }
      return usual.route(values, map);
    }
    return new OneShard(
        Effect.READ_ON_PRIMARY,
        ShardStatement.unchanged(shard, parsed.sql()),
        KeyHashes.any(),
        true,
        null,
        List.of());
  }

  @Override
  public Optional<Route> instead(Route failedRoute, List<@Nullable Object> values, ShardMap map) {
    return usual == null || question.isOpen()
        ? Optional.empty()
        : usual.instead(failedRoute, values, map);
  }

  @Override
  public String explain() {
    return (usual == null ? "read on primary" : usual.explain())
        + "\n  of the catalogues, where the relations are that it names";
  }
}
