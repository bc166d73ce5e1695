package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of a statement that every shard runs alike: a write to copies, or DDL. */
public final class EverywherePlan extends StatementPlan {

  private final List<ShardId> shards;
  private final Merge merge;

  public EverywherePlan(
      ParsedSql parsed,
      Effect effect,
      Hint hint,
      List<ShardId> shards,
      String subject,
      boolean inTransaction) {
    this(parsed, effect, hint, shards, subject, new Merge.SameOnAll(inTransaction));
  }

  public EverywherePlan(
      ParsedSql parsed,
      Effect effect,
      Hint hint,
      List<ShardId> shards,
      String subject,
      Merge.SameOnAll merge) {
    super(
        parsed,
        effect,
        hint,
        shards,
        List.of(Explanation.name(effect), "  " + subject + ": every shard alike"));
    this.shards = shards;
    this.merge = merge;
  }

  @Override
  protected Route routed(List<@Nullable Object> values) {
    return onAll(shards, KeyHashes.any(), merge);
  }
}
