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
 * A plan of a statement that fires a trigger which looks at all rows together that the statement
 * changes: it runs on one shard or is refused.
 *
 * @param trigger for the message
 */
public record WholeRowsPlan(Plan plan, String trigger) implements PlanAround {

  /** A refusal of what would show the trigger the rows of one shard. */
  public static RoutingException refused(String trigger) {
    return new RoutingException(
        ErrorCode.CODE_BEYOND_SHARD, trigger, "reads all rows that the statement changes");
  }

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    return alone(plan.route(values, map));
  }

  @Override
  public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    return plan.instead(failed, values, map).map(this::alone);
  }

  private Route alone(Route route) {
    if (route.isOverSeveralShards()) {
      throw refused(trigger);
    }
    return route;
  }
}
