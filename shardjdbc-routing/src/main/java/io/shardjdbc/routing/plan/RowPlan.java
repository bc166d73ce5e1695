package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Effect;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.Merge;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardStatement;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a statement over existing rows: on one shard where all rows it needs lie there, else
 * spread over several where that is proved right, else refused.
 */
final class RowPlan extends StatementPlan {

  /** Checks the values of one execution once its shards are known. */
  @FunctionalInterface
  interface Check {
    void with(List<@Nullable Object> values);
  }

  private final Targets targets;
  private final @Nullable Spread spread;
  private final @Nullable Gathering gathering;
  private final @Nullable RoutingException refusal;
  private final Check check;

  /** Learned from an execution: the columns' types do not merge in Java. */
  private volatile boolean unmergeable;

  private final List<ShardId> shards;

  /**
   * @param spread how it runs on several shards; null where that is refused
   * @param gathering how it is answered over gathered rows; null where that is refused, too
   * @param refusal why it is
   */
  RowPlan(
      ParsedSql parsed,
      Effect effect,
      Hint hint,
      List<ShardId> shards,
      Targets targets,
      @Nullable Spread spread,
      @Nullable Gathering gathering,
      @Nullable RoutingException refusal,
      Check check) {
    super(
        parsed, effect, hint, shards, Explanation.of(effect, targets, spread, gathering, refusal));
    this.targets = targets;
    this.spread = spread;
    this.gathering = gathering;
    this.refusal = refusal;
    this.check = check;
    this.shards = shards;
  }

  @Override
  Route routed(List<@Nullable Object> values) {
    check.with(values);
    Targets.Found found = targets.find(values);
    Set<ShardId> where = found.shards();
    if (where.size() == 1) {
      return on(where.iterator().next(), found.hashes(), SINGLE);
    }
    if (where.isEmpty()) {
      return on(shards.get(0), found.hashes(), effect() == Effect.READ ? ANY_SHARD : SINGLE);
    }
    targets.sharded().forEach(target -> checkPolicy(target, values));
    if (gathering != null && (spread == null || unmergeable)) {
      return gathering.route(effect(), primary(), values);
    }
    if (spread == null) {
      throw again(refusal);
    }
    Targets.Found anchors = spread.anchors().find(values);
    if (anchors.shards().size() < 2) {
      ShardId only = anchors.shards().stream().findFirst().orElse(shards.get(0));
      return on(only, found.hashes(), SINGLE);
    }
    List<ShardStatement> statements = new ArrayList<>();
    for (ShardId shard : shards) {
      ShardStatement statement = spread.statements().get(shard);
      if (anchors.shards().contains(shard) && statement != null) {
        statements.add(statement);
      }
    }
    Merge merge = spread.merge().with(values);
    return across(statements, found.hashes(), merge);
  }

  @Override
  public Optional<Route> gathered(List<@Nullable Object> values) {
    if (gathering == null) {
      return Optional.empty();
    }
    unmergeable = true;
    return Optional.of(gathering.route(effect(), primary(), values));
  }

  /** A refusal is made once and thrown often: each with the stack of its own call. */
  private static RoutingException again(@Nullable RoutingException refusal) {
    if (refusal == null) {
      throw new IllegalStateException("a plan that neither spreads nor refuses");
    }
    return refusal.again();
  }

  private static void checkPolicy(Targets.Target target, List<@Nullable Object> values) {
    if (target.table().scatter() == ScatterPolicy.REFUSE
        && !(target.keys(values) instanceof KeySet.Keys)) {
      throw new RoutingException(
          ErrorCode.SCATTER_REFUSED,
          target.table().displayName(),
          target.table().key().stream().map(KeyColumn::name).collect(Collectors.joining(", ")));
    }
  }
}
