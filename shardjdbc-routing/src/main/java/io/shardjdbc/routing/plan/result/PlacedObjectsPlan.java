package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan of a statement that reads or changes large objects: it runs where they lie, with the rows
 * that have their numbers, or is refused.
 *
 * @param function what it calls, for the message
 * @param forEachRow whether each shard may run it for its own rows
 */
public record PlacedObjectsPlan(Plan plan, String function, boolean forEachRow)
    implements PlanAround {

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    return placed(plan.route(values, map));
  }

  @Override
  public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    return plan.instead(failed, values, map).map(this::placed);
  }

  private Route placed(Route route) {
    boolean ofOwnRows = forEachRow && route.direct() != null && !route.isAlikeOnAll();
    if (route.isOverSeveralShards() && !ofOwnRows) {
      throw new RoutingException(ErrorCode.OF_ONE_SERVER, "function " + function);
    }
    return route;
  }
}
