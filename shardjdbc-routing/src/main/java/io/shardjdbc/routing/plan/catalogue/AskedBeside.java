package io.shardjdbc.routing.plan.catalogue;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.result.PlanAround;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Utility;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan of a statement that asks the catalogues beside tables of the user's: the rows say where it
 * runs, and it is refused where a catalogue there lacks a relation that it names.
 */
final class AskedBeside implements PlanAround {

  private final Plan plan;
  private final CatalogueQuestion question;
  private final NameHolders holders;

  private AskedBeside(Plan plan, CatalogueQuestion question, NameHolders holders) {
    this.plan = plan;
    this.question = question;
    this.holders = holders;
  }

  static Plan over(Plan plan, ParsedSql parsed, Hint hint, Tables tables) {
    boolean elsewhere =
        parsed.statement() instanceof Utility
            || (parsed.statement() instanceof SelectStatement
                && !AskedNames.besideTables(parsed.statement()));
    if (tables.configuration().catalogShards().size() < 2
        || hint.pins()
        || elsewhere
        || !CataloguePlan.areAsked(parsed.statement())) {
      return plan;
    }
    return new AskedBeside(
        plan, CatalogueQuestion.beside(parsed.statement()), NameHolders.of(tables));
  }

  @Override
  public Plan plan() {
    return plan;
  }

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    return checked(plan.route(values, map), values, map);
  }

  @Override
  public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    return plan.instead(failed, values, map).map(route -> checked(route, values, map));
  }

  private Route checked(Route route, List<@Nullable Object> values, ShardMap map) {
    if (question.isOpen()) {
      throw new RoutingException(ErrorCode.CATALOGUE_APART, "whatever there is");
    }
    Set<String> found = new LinkedHashSet<>();
    Set<ShardId> with = holders.among(map.shards(), question.names(), values, found);
    List<ShardId> run = route.isOverSeveralShards() ? map.shards() : route.shards();
    if (!with.containsAll(run)) {
      throw new RoutingException(ErrorCode.CATALOGUE_APART, String.join(", ", found));
    }
    return route;
  }
}
