package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan that is another one but for what it says itself.
 *
 * <p>All that a {@link Plan} says of itself is passed on here, so that whoever stands around one
 * cannot forget to: a plan that lost what it says of views or numbers would be run without them.
 */
public interface PlanAround extends Plan {

  /** The other one. */
  Plan plan();

  @Override
  default String sql() {
    return plan().sql();
  }

  @Override
  default String sqlWithViews() {
    return plan().sqlWithViews();
  }

  @Override
  default String summary() {
    return plan().summary();
  }

  @Override
  default int parameterCount() {
    return plan().parameterCount();
  }

  @Override
  default Effect effect() {
    return plan().effect();
  }

  @Override
  default boolean partial() {
    return plan().partial();
  }

  @Override
  default boolean ofOneMoment() {
    return plan().ofOneMoment();
  }

  @Override
  default boolean replacesViews() {
    return plan().replacesViews();
  }

  @Override
  default boolean namesViewsByPath() {
    return plan().namesViewsByPath();
  }

  @Override
  default Route route(List<@Nullable Object> values, ShardMap map) {
    return plan().route(values, map);
  }

  @Override
  default Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    return plan().instead(failed, values, map);
  }

  @Override
  default Optional<Numbering> numbering() {
    return plan().numbering();
  }

  @Override
  default boolean movesSequences() {
    return plan().movesSequences();
  }

  @Override
  default List<DirectRoute> singly(List<@Nullable Object> values, ShardMap map) {
    return plan().singly(values, map);
  }

  @Override
  default Optional<String> withRows(int count) {
    return plan().withRows(count);
  }

  @Override
  default String explain() {
    return plan().explain();
  }
}
