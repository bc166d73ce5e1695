package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ShardId;
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

  private final ShardId shard;
  private final KeyHashes keys;
  private final @Nullable SessionCommand command;

  public FixedPlan(ParsedSql parsed, Effect effect, Hint hint, ShardId shard, KeyHashes keys) {
    super(
        parsed,
        effect,
        hint,
        List.of(shard),
        List.of(Explanation.name(effect), "  on shard " + shard));
    this.shard = shard;
    this.keys = keys;
    this.command =
        SessionBound.is(parsed.statement(), parsed.sql())
            ? new SessionCommand(SessionCommand.Action.KEEP, "", parsed.sql())
            : null;
  }

  @Override
  protected Route routed(List<@Nullable Object> values) {
    return command == null ? on(shard, keys) : on(shard, Effect.WRITE, keys, command);
  }
}
