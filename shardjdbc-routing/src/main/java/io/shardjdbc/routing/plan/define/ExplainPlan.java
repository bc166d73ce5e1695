package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.plan.result.Hint;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Utility;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of EXPLAIN: a server's own explanation, of the shard that would run the statement. */
final class ExplainPlan extends StatementPlan {

  private final Plan inner;

  ExplainPlan(ParsedSql parsed, Hint hint, List<ShardId> shards, Plan inner) {
    super(parsed, effect(inner), hint, shards, List.of("explain of", inner.explain()));
    this.inner = inner;
  }

  /** EXPLAIN ANALYZE runs the statement. */
  private static Effect effect(Plan inner) {
    return inner.effect() == Effect.READ ? Effect.READ_ON_PRIMARY : inner.effect();
  }

  @Override
  protected Route routed(List<@Nullable Object> values) {
    Route route = inner.route(values);
    boolean alike = route.merge() instanceof Merge.SameOnAll;
    boolean apart =
        route.merge() instanceof Merge.Broadcast || route.merge() instanceof Merge.Distribute;
    // A write to copies that ran on one shard would leave them different.
    boolean runs = ((Utility) parsed().statement()).object().equals("analyze");
    if (apart || (alike && runs) || (!alike && !route.isSingle())) {
      throw new RoutingException(ErrorCode.UTILITY_UNSUPPORTED, "EXPLAIN of several shards' work");
    }
    return on(route.statements().get(0).shard(), route.keys(), SINGLE);
  }
}
