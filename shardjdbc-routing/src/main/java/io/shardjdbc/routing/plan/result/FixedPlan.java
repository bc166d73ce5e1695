package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.effects.SessionBound;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.SessionCommand;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plan of a statement whose shard is certain: by a hint, or by where its table lives. */
public final class FixedPlan extends StatementPlan {

  private final Where where;
  private final KeyHashes keys;
  private final @Nullable SessionCommand command;

  public FixedPlan(ParsedSql parsed, Effect effect, Hint hint, ShardId shard, KeyHashes keys) {
    this(parsed, effect, hint, Home.at(shard), shard, keys);
  }

  /**
   * @param planned which shard that is by the map of the moment, for explain
   */
  public FixedPlan(
      ParsedSql parsed, Effect effect, Hint hint, Where where, ShardId planned, KeyHashes keys) {
    super(parsed, effect, hint, List.of(Explanation.name(effect), "  on shard " + planned));
    this.where = where;
    this.keys = keys;
    this.command =
        SessionBound.is(parsed.statement(), parsed.sql())
            ? new SessionCommand(SessionCommand.Action.KEEP, "", parsed.sql())
            : null;
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    return command == null
        ? on(where.in(map), keys)
        : on(where.in(map), Effect.WRITE, keys, command);
  }
}
