package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.plan.prove.WrittenTables;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all plans share: the text, the effect, and the ready-made statement for one shard. */
public abstract class StatementPlan implements Plan {

  public static final Merge SINGLE = new Merge.Single();
  public static final Merge ANY_SHARD = new Merge.AnyShard();

  private final ParsedSql parsed;
  private final int parameterCount;
  private final Effect effect;
  private final boolean primary;
  private final boolean partial;
  private final String explanation;
  private final List<List<String>> written;
  private final Map<ShardId, List<ShardStatement>> unchanged = new HashMap<>();

  protected StatementPlan(
      ParsedSql parsed, Effect effect, Hint hint, List<ShardId> shards, List<String> explanation) {
    this.parsed = parsed;
    this.parameterCount = parsed.parameterCount();
    this.effect = effect;
    this.primary = hint.primary();
    this.partial = hint.partial();
    this.written = effect == Effect.WRITE ? WrittenTables.of(parsed.statement()) : List.of();
    this.explanation = String.join("\n", explanation);
    for (ShardId shard : shards) {
      unchanged.put(shard, List.of(ShardStatement.unchanged(shard, parsed.sql())));
    }
  }

  protected final ParsedSql parsed() {
    return parsed;
  }

  protected final boolean primary() {
    return primary;
  }

  @Override
  public final String sql() {
    return parsed.sql();
  }

  @Override
  public final int parameterCount() {
    return parameterCount;
  }

  @Override
  public final Effect effect() {
    return effect;
  }

  @Override
  public final boolean partial() {
    return partial;
  }

  @Override
  public final String explain() {
    return explanation;
  }

  @Override
  public final Route route(List<@Nullable Object> values) {
    if (values.size() != parameterCount) {
      throw new RoutingException(ErrorCode.WRONG_PARAMETER_COUNT, parameterCount, values.size());
    }
    return routed(values);
  }

  protected abstract Route routed(List<@Nullable Object> values);

  /** The caller's statement on one shard. */
  protected final Route on(ShardId shard, KeyHashes keys, Merge merge) {
    List<ShardStatement> statement = unchanged.get(shard);
    if (statement == null) {
      throw new RoutingException(ErrorCode.BAD_HINT, "there is no shard " + shard);
    }
    return new Route(effect, statement, merge, keys, primary, null, written);
  }

  /** The caller's statement on several shards. */
  protected final Route onAll(List<ShardId> shards, KeyHashes keys, Merge merge) {
    List<ShardStatement> statements = new ArrayList<>();
    for (ShardId shard : shards) {
      statements.addAll(unchanged.getOrDefault(shard, List.of()));
    }
    return new Route(effect, statements, merge, keys, primary, null, written);
  }

  protected final Route across(List<ShardStatement> statements, KeyHashes keys, Merge merge) {
    return across(effect, statements, keys, merge);
  }

  /** Statements of several shards that have an effect which they would not have on one. */
  protected final Route across(
      Effect there, List<ShardStatement> statements, KeyHashes keys, Merge merge) {
    return new Route(there, statements, merge, keys, primary, null, written);
  }
}
