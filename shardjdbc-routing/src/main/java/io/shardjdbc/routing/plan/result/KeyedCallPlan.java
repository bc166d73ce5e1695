package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a statement without tables whose functions use rows of a key that they are given:
 * {@code SELECT pay(?, 10)}, {@code CALL pay(?, 10)}.
 */
public final class KeyedCallPlan extends StatementPlan {

  private final Targets targets;

  public KeyedCallPlan(ParsedSql parsed, Effect effect, Hint hint, Targets targets) {
    super(
        parsed,
        effect,
        hint,
        List.of(Explanation.name(effect), "  on the shard of the key that a function is given"));
    this.targets = targets;
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    Targets.Found found = targets.find(values, map);
    if (found.shards().size() != 1) {
      throw new RoutingException(
          ErrorCode.CODE_BEYOND_SHARD, "a function", "is given no key that lies on one shard");
    }
    return on(found.shards().iterator().next(), KeyHashes.anyBeside(found.hashes()));
  }
}
