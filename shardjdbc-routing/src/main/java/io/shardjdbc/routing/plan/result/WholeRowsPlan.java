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
 * A plan of a statement that fires a trigger which has to be fired once, for all rows together that
 * the statement changes: it runs on one shard or is refused.
 */
public record WholeRowsPlan(Plan plan, Whole whole) implements PlanAround {

  /**
   * What has to be fired once.
   *
   * @param trigger in words
   * @param why in words behind it
   */
  public record Whole(String trigger, String why) {

    /** A refusal of what each shard would fire for its rows. */
    public RoutingException refused() {
      return new RoutingException(ErrorCode.CODE_BEYOND_SHARD, trigger, why);
    }
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
      throw whole.refused();
    }
    return route;
  }
}
