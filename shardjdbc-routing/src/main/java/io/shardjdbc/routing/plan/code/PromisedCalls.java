package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.FunctionPromise;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import java.util.List;

/**
 * Refuses a statement without tables that calls a function which needs the rows of the statement's
 * own shard: such a statement has none.
 */
final class PromisedCalls {

  private PromisedCalls() {}

  /**
   * @param targets the keys that the functions of the statement are given
   */
  static void requireShard(
      List<Called> called, Mentions mentions, List<Targets.Target> targets, Tables tables) {
    if (!mentions.reads().isEmpty() || !mentions.writes().isEmpty() || !targets.isEmpty()) {
      return;
    }
    for (Called each : called) {
      String schema = each.routine().schema();
      String name = each.routine().name();
      boolean local =
          tables
              .configuration()
              .promise(schema, name)
              .filter(FunctionPromise.SHARD_LOCAL::equals)
              .isPresent();
      if (local) {
        throw new RoutingException(ErrorCode.FUNCTION_UNKNOWN, name);
      }
    }
  }
}
