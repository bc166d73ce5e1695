package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Utility;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The plan of EXPLAIN: a server's own explanation, of the shard that would run the statement. */
final class ExplainPlan extends StatementPlan {

  private final Plan inner;
  private final boolean runs;

  ExplainPlan(ParsedSql parsed, Hint hint, Plan inner) {
    super(parsed, effect(inner), hint, List.of("explain of", inner.explain()));
    this.inner = inner;
    this.runs = ((Utility) parsed.statement()).object().equals("analyze");
  }

  /** EXPLAIN ANALYZE runs the statement. */
  private static Effect effect(Plan inner) {
    return inner.effect() == Effect.READ ? Effect.READ_ON_PRIMARY : inner.effect();
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    Route route = inner.route(values, map);
    ShardId shard =
        route
            .fold(new Explained())
            .orElseThrow(
                () ->
                    new RoutingException(
                        ErrorCode.UTILITY_UNSUPPORTED, "EXPLAIN of several shards' work"));
    return on(shard, route.keys());
  }

  /** The shard whose explanation stands for all that the statement does. */
  private final class Explained implements Route.Cases<Optional<ShardId>, RuntimeException> {

    @Override
    public Optional<ShardId> oneShard(OneShard route) {
      return Optional.of(route.only().shard());
    }

    @Override
    public Optional<ShardId> anyShard(AnyShard route) {
      return Optional.of(route.only().shard());
    }

    @Override
    public Optional<ShardId> manyShards(ManyShards route) {
      // A write to copies that ran on one shard would leave them different.
      boolean one = route.isAlikeOnAll() ? !runs : route.isSingle();
      return one ? route.shards().stream().findFirst() : Optional.empty();
    }

    @Override
    public Optional<ShardId> gather(Gather route) {
      return Optional.of(route.overArrays().shard());
    }

    @Override
    public Optional<ShardId> regroup(Regroup route) {
      return Optional.empty();
    }

    @Override
    public Optional<ShardId> broadcast(Broadcast route) {
      return Optional.empty();
    }

    @Override
    public Optional<ShardId> distribute(Distribute route) {
      return Optional.empty();
    }

    @Override
    public Optional<ShardId> inTurn(InTurn route) {
      return Optional.empty();
    }

    @Override
    public Optional<ShardId> ofSession(OfSession route) {
      return Optional.empty();
    }
  }
}
