package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of a statement that every shard runs alike: a write to copies, or DDL. */
public final class EverywherePlan extends StatementPlan {

  private final Merge merge;
  private final CopiedValues copied;

  public EverywherePlan(
      ParsedSql parsed, Effect effect, Hint hint, String subject, boolean inTransaction) {
    this(parsed, effect, hint, subject, new Merge.SameOnAll(inTransaction));
  }

  public EverywherePlan(
      ParsedSql parsed, Effect effect, Hint hint, String subject, Merge.SameOnAll merge) {
    this(parsed, effect, hint, subject, merge, CopiedValues.NONE);
  }

  /**
   * @param copied the values that copies must not read each in its own way
   */
  public EverywherePlan(
      ParsedSql parsed,
      Effect effect,
      Hint hint,
      String subject,
      Merge.SameOnAll merge,
      CopiedValues copied) {
    super(
        parsed,
        effect,
        hint,
        List.of(Explanation.name(effect), "  " + subject + ": every shard alike"));
    this.merge = merge;
    this.copied = copied;
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    copied.check(values);
    return onAll(map.shards(), KeyHashes.any(), merge);
  }
}
