package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A plan that was made when there was one shard, which has every row and runs any statement.
 * Whoever still holds it when there are more is given another one.
 *
 * @param maps the current map
 * @param again makes another one
 */
record AlonePlan(Plan plan, Supplier<ShardMap> maps, Supplier<Plan> again) implements Plan {

  private Plan in(ShardMap map) {
    if (map.isAlone()) {
      return plan;
    }
    Plan now = again.get();
    if (now.numbering().isPresent()) { // which the caller did not see when it asked
      throw new RoutingException(
          ErrorCode.BAD_PLACEMENT, "the map changed meanwhile; run it again");
    }
    return now;
  }

  @Override
  public Optional<Numbering> numbering() {
    return maps.get().isAlone() ? plan.numbering() : again.get().numbering();
  }

  @Override
  public boolean movesSequences() {
    return plan.movesSequences();
  }

  @Override
  public String sql() {
    return plan.sql();
  }

  @Override
  public String summary() {
    return plan.summary();
  }

  @Override
  public int parameterCount() {
    return plan.parameterCount();
  }

  @Override
  public Effect effect() {
    return plan.effect();
  }

  @Override
  public boolean partial() {
    return plan.partial();
  }

  @Override
  public boolean ofOneMoment() {
    return plan.ofOneMoment();
  }

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    return in(map).route(values, map);
  }

  @Override
  public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    return in(map).instead(failed, values, map);
  }

  @Override
  public String explain() {
    return plan.explain();
  }
}
