package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.prove.WrittenTables;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.SessionCommand;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.route.Sight;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.text.StatementSummary;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all plans share: the text, the effect, and the ready-made statement for one shard.
 *
 * <p>The tree of the text is not kept. It takes more memory than all else, and most plans need it
 * no more; one that does keeps it for itself, or reads the text again.
 */
public abstract class StatementPlan implements Plan {

  private final String sql;
  private final int parameterCount;
  private final Effect effect;
  private final boolean primary;
  private final boolean partial;
  private final boolean ofOneMoment;
  private final boolean movesSequences;
  private final Supplier<List<String>> explanation;
  private final List<List<String>> written;
  private final ShardText text;
  private final String summary;

  protected StatementPlan(ParsedSql parsed, Effect effect, Hint hint, List<String> explanation) {
    this(parsed, effect, hint, () -> explanation);
  }

  /**
   * @param explanation puts the plan in words
   */
  protected StatementPlan(
      ParsedSql parsed, Effect effect, Hint hint, Supplier<List<String>> explanation) {
    this.sql = parsed.sql();
    this.summary = StatementSummary.of(parsed);
    this.parameterCount = parsed.parameterCount();
    this.effect = effect;
    this.primary = hint.primary();
    this.partial = hint.partial();
    this.ofOneMoment = hint.snapshot();
    this.movesSequences = movesSequences(parsed.statement(), effect);
    this.written = effect == Effect.WRITE ? WrittenTables.of(parsed.statement()) : List.of();
    this.explanation = explanation;
    this.text = ShardText.unchanged(parsed.sql());
  }

  /**
   * The plan of another text that differs in literals alone.
   *
   * @param sample the plan that it is made of
   */
  protected StatementPlan(StatementPlan sample, String sql, Supplier<List<String>> explanation) {
    this.sql = sql;
    this.summary = sample.summary;
    this.parameterCount = sample.parameterCount;
    this.effect = sample.effect;
    this.primary = sample.primary;
    this.partial = sample.partial;
    this.ofOneMoment = sample.ofOneMoment;
    this.movesSequences = sample.movesSequences;
    this.written = sample.written;
    this.explanation = explanation;
    this.text = ShardText.unchanged(sql);
  }

  protected final boolean primary() {
    return primary;
  }

  @Override
  public final String sql() {
    return sql;
  }

  @Override
  public final String summary() {
    return summary;
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
  public final boolean ofOneMoment() {
    return ofOneMoment;
  }

  private static boolean movesSequences(Statement statement, Effect effect) {
    boolean plain =
        statement instanceof Insert
            || statement instanceof Update
            || statement instanceof Delete
            || statement instanceof MergeInto;
    return !plain && (effect == Effect.WRITE || effect == Effect.SCHEMA);
  }

  @Override
  public boolean movesSequences() {
    return movesSequences;
  }

  @Override
  public final String explain() {
    return String.join("\n", explanation.get());
  }

  @Override
  public final Route route(List<@Nullable Object> values, ShardMap map) {
    if (values.size() != parameterCount) {
      throw new RoutingException(ErrorCode.WRONG_PARAMETER_COUNT, parameterCount, values.size());
    }
    return routed(values, map);
  }

  protected abstract Route routed(List<@Nullable Object> values, ShardMap map);

  /** The caller's statement on one shard. */
  protected final OneShard on(ShardId shard, KeyHashes keys) {
    return new OneShard(effect, text.on(shard), keys, primary, null, written);
  }

  /** The caller's statement on one shard, which keeps its connection for what it leaves there. */
  protected final OneShard on(ShardId shard, Effect there, KeyHashes keys, SessionCommand before) {
    return new OneShard(there, text.on(shard), keys, true, before, written);
  }

  /** The caller's statement on this shard, or any other. */
  protected final AnyShard onAny(
      ShardId shard, KeyHashes keys, @Nullable SessionCommand before, Sight sight) {
    return new AnyShard(effect, text.on(shard), keys, primary, before, sight);
  }

  /** The caller's statement on several shards. */
  protected final ManyShards onAll(List<ShardId> shards, KeyHashes keys, Merge merge) {
    return across(shards.stream().map(text::on).toList(), keys, merge);
  }

  protected final ManyShards across(List<ShardStatement> statements, KeyHashes keys, Merge merge) {
    return across(effect, statements, keys, merge);
  }

  /** Statements of several shards that have an effect which they would not have on one. */
  protected final ManyShards across(
      Effect there, List<ShardStatement> statements, KeyHashes keys, Merge merge) {
    return new ManyShards(there, statements, merge, keys, primary, written);
  }
}
