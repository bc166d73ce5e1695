package io.shardjdbc.routing.plan.define;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.result.Explanation;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.Sight;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of SHOW: the session's settings are the same wherever it is asked. */
final class ShowPlan extends StatementPlan {

  ShowPlan(ParsedSql parsed, Hint hint) {
    super(
        parsed,
        Effect.READ_ON_PRIMARY,
        hint,
        List.of(Explanation.name(Effect.READ_ON_PRIMARY), "  on any shard"));
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    return onAny(map.first(), KeyHashes.any(), null, Sight.SETTINGS);
  }
}
