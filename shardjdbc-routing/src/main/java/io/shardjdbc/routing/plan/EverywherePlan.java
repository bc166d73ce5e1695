package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Effect;
import io.shardjdbc.routing.KeyHashes;
import io.shardjdbc.routing.Merge;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of a statement that every shard runs alike: a write to copies, or DDL. */
final class EverywherePlan extends StatementPlan {

  private final List<ShardId> shards;
  private final Merge merge;

  EverywherePlan(
      ParsedSql parsed,
      Effect effect,
      Hint hint,
      List<ShardId> shards,
      String subject,
      boolean inTransaction) {
    super(
        parsed,
        effect,
        hint,
        shards,
        List.of(Explanation.name(effect), "  " + subject + ": every shard alike"));
    this.shards = shards;
    this.merge = new Merge.SameOnAll(inTransaction);
  }

  @Override
  Route routed(List<@Nullable Object> values) {
    return onAll(shards, KeyHashes.any(), merge);
  }
}
