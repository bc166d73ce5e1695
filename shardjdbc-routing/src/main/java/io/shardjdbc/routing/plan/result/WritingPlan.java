package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan of a statement that writes more than its text says, by functions, triggers or foreign
 * keys: rows of whatever keys, on the shards where it runs.
 */
public record WritingPlan(Plan plan) implements Plan {

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
    return Effect.WRITE;
  }

  @Override
  public boolean partial() {
    return plan.partial();
  }

  @Override
  public Route route(List<@Nullable Object> values) {
    return writing(plan.route(values));
  }

  @Override
  public Optional<Route> instead(Route failed, List<@Nullable Object> values) {
    return plan.instead(failed, values).map(WritingPlan::writing);
  }

  private static Route writing(Route route) {
    if (route instanceof Broadcast broadcast) {
      return new Broadcast(broadcast.stages(), writing(broadcast.write()));
    }
    return route instanceof DirectRoute direct ? writing(direct) : route;
  }

  private static DirectRoute writing(DirectRoute route) {
    return route instanceof ManyShards many
        ? new ManyShards(
            Effect.WRITE, many.statements(), many.merge(), KeyHashes.any(), true, many.written())
        : new OneShard(
            Effect.WRITE,
            route.statements().get(0),
            KeyHashes.any(),
            true,
            route.session(),
            route.written());
  }

  @Override
  public String explain() {
    return plan.explain();
  }
}
