package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.result.Explanation;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.StatementPlan;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan of an UPDATE that assigns the shard key: it runs as it is where the key certainly stays;
 * where that depends on the rows, they are asked; and where a row would get another key, it moves,
 * or the statement is refused.
 */
final class MovingPlan extends StatementPlan {

  private final RowPlan inPlace;
  private final @Nullable SameKeyUpdate same;
  private final @Nullable RowMove move;
  private final @Nullable Refusal refusal;

  /**
   * @param same how rows are found whose key stays, or null where the text does not tell
   * @param move how rows move, or null where that is refused
   * @param refusal why
   */
  MovingPlan(
      ParsedSql parsed,
      Hint hint,
      String subject,
      RowPlan inPlace,
      @Nullable SameKeyUpdate same,
      @Nullable RowMove move,
      @Nullable Refusal refusal) {
    super(parsed, Effect.WRITE, hint, explained(subject, inPlace, same, move, refusal));
    this.inPlace = inPlace;
    this.same = same;
    this.move = move;
    this.refusal = refusal;
  }

  private static List<String> explained(
      String subject,
      RowPlan inPlace,
      @Nullable SameKeyUpdate same,
      @Nullable RowMove move,
      @Nullable Refusal refusal) {
    if (move == null && refusal == null && (same == null || same.isPinned())) {
      return inPlace.explain().lines().toList();
    }
    return List.of(
        Explanation.name(Effect.WRITE),
        "  " + subject + ": in place where the shard key stays, else " + words(move, refusal));
  }

  private static String words(@Nullable RowMove move, @Nullable Refusal refusal) {
    return move != null
        ? move.description()
        : refusal == null ? "refused" : "refused, " + message(refusal);
  }

  private static String message(@Nullable Refusal refusal) {
    return refusal == null ? "" : refusal.message();
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    if (same != null && !same.isPinned() && same.mayKeep(values)) {
      return same.route(primary(), map);
    }
    Refusal changes = inPlace.changes(values, map);
    if (changes == null) {
      return inPlace.route(values, map);
    }
    if (same != null && same.isPinned() && same.mayKeep(values)) {
      return same.route(primary(), map);
    }
    if (move == null) {
      throw (refusal == null ? changes : refusal).exception();
    }
    return move.moving(primary(), values, map);
  }
}
