package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.result.PlanAround;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plan that was made when there was one shard, which has every row and runs any statement.
 * Whoever still holds it when there are more is given another one.
 *
 * @param maps the current map
 * @param again makes another one, for a map of several shards
 */
record AlonePlan(Plan plan, Supplier<ShardMap> maps, Function<ShardMap, Plan> again)
    implements PlanAround {

  /** The one by which it would run if it ran now. */
  private Plan now() {
    ShardMap map = maps.get();
    return map.isAlone() ? plan : again.apply(map);
  }

  private Plan in(ShardMap map) {
    if (map.isAlone()) {
      return plan;
    }
    Plan made = again.apply(map);
    if (made.numbering().isPresent()) { // which the caller did not see when it asked
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "the map changed meanwhile; run it again");
    }
    return made;
  }

  @Override
  public Optional<Numbering> numbering() {
    return now().numbering();
  }

  @Override
  public boolean replacesViews() {
    return now().replacesViews();
  }

  @Override
  public boolean namesViewsByPath() {
    return now().namesViewsByPath();
  }

  @Override
  public List<DirectRoute> singly(List<@Nullable Object> values, ShardMap map) {
    return in(map).singly(values, map);
  }

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    return in(map).route(values, map);
  }

  @Override
  public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    return in(map).instead(failed, values, map);
  }
}
