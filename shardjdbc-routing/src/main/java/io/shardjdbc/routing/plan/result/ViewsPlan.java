package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan of a statement in which the definitions of views have taken their places.
 *
 * @param summary of the statement that names the views
 * @param namesViewsByPath whether the statement names one of them without its schema
 */
public record ViewsPlan(Plan plan, String summary, boolean namesViewsByPath) implements Plan {

  @Override
  public String sql() {
    return plan.sql();
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
  public boolean replacesViews() {
    return true;
  }

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    return plan.route(values, map);
  }

  @Override
  public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    return plan.instead(failed, values, map);
  }

  @Override
  public boolean movesSequences() {
    return plan.movesSequences();
  }

  @Override
  public Optional<Numbering> numbering() {
    return plan.numbering();
  }

  @Override
  public String explain() {
    return plan.explain();
  }
}
