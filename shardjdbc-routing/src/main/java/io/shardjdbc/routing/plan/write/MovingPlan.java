package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.plan.result.Explanation;
import io.shardjdbc.routing.plan.result.Hint;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan of an UPDATE that assigns the shard key of a table whose rows may move: it runs as it is
 * where the key certainly stays, as with statements that name every column, and moves rows where it
 * may not.
 */
final class MovingPlan extends StatementPlan {

  private final StatementPlan inPlace;
  private final @Nullable RowMove move;
  private final @Nullable RoutingException refusal;

  /**
   * @param move how rows move, or null where that is refused
   * @param refusal why
   */
  MovingPlan(
      ParsedSql parsed,
      Hint hint,
      List<ShardId> shards,
      String subject,
      StatementPlan inPlace,
      @Nullable RowMove move,
      @Nullable RoutingException refusal) {
    super(
        parsed,
        Effect.WRITE,
        hint,
        shards,
        List.of(
            Explanation.name(Effect.WRITE),
            "  " + subject + ": in place where the shard key stays, else " + words(move, refusal)));
    this.inPlace = inPlace;
    this.move = move;
    this.refusal = refusal;
  }

  private static String words(@Nullable RowMove move, @Nullable RoutingException refusal) {
    return move != null ? move.description() : "refused, " + message(refusal);
  }

  private static String message(@Nullable RoutingException refusal) {
    return refusal == null ? "" : String.valueOf(refusal.getMessage());
  }

  @Override
  protected Route routed(List<@Nullable Object> values) {
    try {
      return inPlace.route(values);
    } catch (RoutingException e) {
      if (e.code() != ErrorCode.KEY_UPDATE) {
        throw e;
      }
    }
    if (move == null) {
      throw RowPlan.again(refusal);
    }
    return move.moving(primary(), values);
  }
}
