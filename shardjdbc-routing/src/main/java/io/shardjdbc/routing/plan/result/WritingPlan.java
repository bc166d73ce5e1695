package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan of a statement that writes more than its text says, by functions, triggers or foreign
 * keys: rows of whatever keys, on the shards where it runs.
 */
public record WritingPlan(Plan plan) implements PlanAround {

  @Override
  public Effect effect() {
    return Effect.WRITE;
  }

  @Override
  public boolean movesSequences() {
    return true;
  }

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    return writing(plan.route(values, map));
  }

  @Override
  public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    return plan.instead(failed, values, map).map(WritingPlan::writing);
  }

  private static Route writing(Route route) {
    return route.fold(new AsWrite());
  }

  /**
   * The same route as a write. What only fetches rows, or writes them elsewhere, stays what it is.
   */
  private static final class AsWrite implements Route.Cases<Route, RuntimeException> {

    private static OneShard one(DirectRoute route) {
      ShardStatement only = route.statements().get(0);
      return new OneShard(
          Effect.WRITE,
          only,
          KeyHashes.anyBeside(route.keys()),
          true,
          route.session(),
          route.written());
    }

    private static ManyShards many(DirectRoute route) {
      return new ManyShards(
          Effect.WRITE,
          route.statements(),
          route.merge(),
          KeyHashes.anyBeside(route.keys()),
          true,
          route.written());
    }

    @Override
    public Route oneShard(OneShard route) {
      return one(route);
    }

    @Override
    public Route anyShard(AnyShard route) {
      return one(route);
    }

    @Override
    public Route manyShards(ManyShards route) {
      return many(route);
    }

    @Override
    public Route broadcast(Broadcast route) {
      DirectRoute write = route.write();
      return new Broadcast(route.stages(), write.isSingle() ? one(write) : many(write));
    }

    @Override
    public Route gather(Gather route) {
      return route;
    }

    @Override
    public Route regroup(Regroup route) {
      return route;
    }

    @Override
    public Route distribute(Distribute route) {
      return route;
    }

    @Override
    public Route inTurn(InTurn route) {
      throw new RoutingException(
          ErrorCode.UNSUPPORTED_CLAUSE, "a function that writes, with SKIP LOCKED and LIMIT,");
    }

    @Override
    public Route ofSession(OfSession route) {
      return route;
    }
  }
}
