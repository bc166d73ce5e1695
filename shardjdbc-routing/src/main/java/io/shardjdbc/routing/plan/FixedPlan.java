package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Effect;
import io.shardjdbc.routing.KeyHashes;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of a statement whose shard is certain: by a hint, or by where its table lives. */
final class FixedPlan extends StatementPlan {

  private final ShardId shard;
  private final KeyHashes keys;

  FixedPlan(ParsedSql parsed, Effect effect, Hint hint, ShardId shard, KeyHashes keys) {
    super(
        parsed,
        effect,
        hint,
        List.of(shard),
        List.of(Explanation.name(effect), "  on shard " + shard));
    this.shard = shard;
    this.keys = keys;
  }

  @Override
  Route routed(List<@Nullable Object> values) {
    return on(shard, keys, SINGLE);
  }
}
