package io.shardjdbc.routing.plan.result;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyHash;
import io.shardjdbc.routing.Placement;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ScatterPolicy;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.keys.KeySet;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.route.AnyShard;
import io.shardjdbc.routing.route.Broadcast;
import io.shardjdbc.routing.route.Distribute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Gather;
import io.shardjdbc.routing.route.InTurn;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.OfSession;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.Regroup;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.route.Sight;
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
public final class RowPlan extends StatementPlan {

  /** Why the values of one execution are refused, whatever its shards; null where they are not. */
  @FunctionalInterface
  public interface Check {
    @Nullable Refusal with(List<@Nullable Object> values);
  }

  /** Refuses no values. */
  public static final Check ANY_VALUES = values -> null;

  /**
   * How a statement may be answered where its rows lie on several shards, the best first.
   *
   * @param spread how it runs on several shards; null where that is refused
   * @param regrouping how it is answered from the groups of each shard, or null
   * @param gathering how it runs over rows that are fetched first; null where that is refused, too
   * @param refusal why the first way is refused that would be there
   */
  public record Alternatives(
      @Nullable Spread spread,
      @Nullable Regrouping regrouping,
      @Nullable Detour gathering,
      @Nullable Refusal refusal) {}

  /**
   * What else values may ask for than where rows lie. Where the text pins these to keys, most never
   * do.
   */
  public interface Rest {

    /** How it may be answered where its rows lie on several shards. */
    Alternatives alternatives();

    /** What it looks at that no single shard has for itself. */
    Sight sight();
  }

  /** A rest that was found out with the plan. */
  private record Known(Alternatives alternatives, Sight sight) implements Rest {}

  private final Targets targets;
  private final Check check;
  private final Rest rest;
  private volatile @Nullable Alternatives alternatives;
  private volatile @Nullable Sight sight;

  /** Learned from an execution: the columns' types do not merge in Java. */
  private volatile boolean unmergeable;

  /** Learned from an execution: groups of these types cannot be put together. */
  private volatile boolean ungroupable;

  public RowPlan(
      ParsedSql parsed,
      Effect effect,
      Hint hint,
      Targets targets,
      @Nullable Spread spread,
      @Nullable Detour gathering,
      @Nullable Refusal refusal) {
    this(parsed, effect, hint, targets, spread, gathering, refusal, ANY_VALUES);
  }

  public RowPlan(
      ParsedSql parsed,
      Effect effect,
      Hint hint,
      Targets targets,
      @Nullable Spread spread,
      @Nullable Detour gathering,
      @Nullable Refusal refusal,
      Check check) {
    this(
        parsed,
        effect,
        hint,
        targets,
        new Known(new Alternatives(spread, null, gathering, refusal), Sight.SERVER),
        check);
  }

  public RowPlan(
      ParsedSql parsed,
      Effect effect,
      Hint hint,
      Targets targets,
      Alternatives alternatives,
      Sight sight) {
    this(parsed, effect, hint, targets, new Known(alternatives, sight), ANY_VALUES);
  }

  /**
   * The plan of a statement that its text pins to keys.
   *
   * @param rest finds out what its values may ask for all the same
   */
  public RowPlan(ParsedSql parsed, Effect effect, Hint hint, Targets targets, Rest rest) {
    this(parsed, effect, hint, targets, rest, ANY_VALUES);
  }

  private RowPlan(
      ParsedSql parsed, Effect effect, Hint hint, Targets targets, Rest rest, Check check) {
    super(parsed, effect, hint, () -> Explanation.of(effect, targets, rest.alternatives()));
    this.targets = targets;
    this.rest = rest;
    this.check = check;
  }

  private RowPlan(RowPlan sample, String sql, Targets targets, Rest rest) {
    super(sample, sql, () -> Explanation.of(sample.effect(), targets, rest.alternatives()));
    this.targets = targets;
    this.rest = rest;
    this.check = ANY_VALUES;
  }

  /**
   * The plan of another text that pins its rows as this one does.
   *
   * @param other where its rows lie
   * @param itsRest finds out what its values may ask for beside that
   */
  public RowPlan like(String sql, Targets other, Rest itsRest) {
    return new RowPlan(this, sql, other, itsRest);
  }

  /** Where its rows lie, if its text alone pins them to keys and nothing else was proved of it. */
  public @Nullable Targets pinnedByText() {
    return targets.isPinned() && !(rest instanceof Known) ? targets : null;
  }

  private Alternatives alternatives() {
    Alternatives known = alternatives;
    if (known == null) {
      known = rest.alternatives();
      alternatives = known;
    }
    return known;
  }

  private Sight sight() {
    Sight known = sight;
    if (known == null) {
      known = rest.sight();
      sight = known;
    }
    return known;
  }

  @Override
  protected Route routed(List<@Nullable Object> values, ShardMap map) {
    Refusal refusal = check.with(values);
    if (refusal != null) {
      throw refusal.exception();
    }
    Key key = targets.onlyKey(values);
    if (key != null) {
      Placement placement = map.placement(targets.sharded().get(0).placement());
      if (!placement.sharesKeys()) {
        long hash = KeyHash.postgres().of(key);
        return on(placement.shardOf(key, hash), KeyHashes.of(hash));
      }
    }
    Targets.Found found = targets.find(values, map);
    ShardId only = found.only();
    if (only != null) {
      return on(only, found.hashes());
    }
    Set<ShardId> where = found.shards();
    if (where.isEmpty()) {
      return onWhicheverShard(found, map);
    }
    checkPolicy(targets, values);
    Spread spread = unmergeable && hasOtherWay() ? null : alternatives().spread();
    if (spread == null) {
      return withoutMerge(values, found, map);
    }
    Set<ShardId> anchors = spread.anchors().find(values, map).shards();
    if (anchors.size() < 2) {
      return onOne(anchors, found, map);
    }
    Found<Merge> merge = Trial.of(() -> spread.merge().with(values));
    Refusal unread = merge.why();
    Detour gathering =
        unread == null || unread.code() != ErrorCode.USAGE || spread.locked() != Spread.Locked.NONE
            ? null
            : alternatives().gathering();
    return gathering == null
        ? spread(spread, merge.orThrow(), statements(spread, anchors, map), found)
        : gathering.route(effect(), primary(), values, map); // a server reads the bounds
  }

  private Route onWhicheverShard(Targets.Found found, ShardMap map) {
    boolean reads = effect() == Effect.READ || effect() == Effect.READ_ON_PRIMARY;
    Sight looks = reads ? sight() : Sight.SERVER;
    return effect() == Effect.READ || !looks.ofServer() || looks.ofTransaction()
        ? onAny(map.first(), found.hashes(), null, looks)
        : on(map.first(), found.hashes());
  }

  /** Why an execution is refused because the key of its rows may change; null where it may not. */
  public @Nullable Refusal changes(List<@Nullable Object> values, ShardMap map) {
    Refusal refusal = check.with(values);
    Refusal spreading = alternatives().refusal();
    if (refusal != null
        || spreading == null
        || spreading.code() != ErrorCode.KEY_UPDATE
        || targets.find(values, map).shards().size() < 2) {
      return refusal;
    }
    checkPolicy(targets, values);
    return spreading;
  }

  private Route spread(
      Spread spread, Merge merge, List<ShardStatement> statements, Targets.Found found) {
    return switch (spread.locked()) {
      case NONE -> across(effect(), statements, found.hashes(), merge);
      case ALL -> across(Effect.LOCK, statements, found.hashes(), merge);
      case IN_TURN -> InTurn.of(statements, merge, found.hashes());
    };
  }

  private boolean hasOtherWay() {
    return alternatives().gathering() != null || alternatives().regrouping() != null;
  }

  private Route withoutMerge(List<@Nullable Object> values, Targets.Found found, ShardMap map) {
    Regrouping regrouping =
        ungroupable && alternatives().gathering() != null ? null : alternatives().regrouping();
    if (regrouping != null) {
      Set<ShardId> anchors = regrouping.anchors().find(values, map).shards();
      return anchors.size() < 2
          ? onOne(anchors, found, map)
          : regrouping.route(effect(), primary(), anchors, found.hashes(), map);
    }
    Detour gathering = alternatives().gathering();
    if (gathering == null) {
      throw exception(alternatives().refusal());
    }
    return gathering.route(effect(), primary(), values, map);
  }

  private Route onOne(Set<ShardId> anchors, Targets.Found found, ShardMap map) {
    ShardId only = anchors.stream().findFirst().orElse(map.first());
    return on(only, found.hashes());
  }

  private List<ShardStatement> statements(Spread spread, Set<ShardId> anchors, ShardMap map) {
    List<ShardStatement> statements = new ArrayList<>();
    for (ShardId shard : map.shards()) {
      if (anchors.contains(shard)) {
        statements.add(spread.text().on(shard));
      }
    }
    return statements;
  }

  @Override
  public Optional<Route> instead(Route failed, List<@Nullable Object> values, ShardMap map) {
    boolean other = effect() != Effect.WRITE && failed.fold(new OtherWay());
    return other
        ? Optional.of(withoutMerge(values, targets.find(values, map), map))
        : Optional.empty();
  }

  /**
   * Learns from a route whose columns' types did not come together, and says if there is another.
   */
  private final class OtherWay implements Route.Cases<Boolean, RuntimeException> {

    @Override
    public Boolean oneShard(OneShard route) {
      return false;
    }

    @Override
    public Boolean anyShard(AnyShard route) {
      return false;
    }

    @Override
    public Boolean manyShards(ManyShards route) {
      unmergeable = true;
      return hasOtherWay();
    }

    @Override
    public Boolean gather(Gather route) {
      return false;
    }

    @Override
    public Boolean regroup(Regroup route) {
      ungroupable = true;
      return alternatives().gathering() != null;
    }

    @Override
    public Boolean broadcast(Broadcast route) {
      return false;
    }

    @Override
    public Boolean distribute(Distribute route) {
      return false;
    }

    @Override
    public Boolean inTurn(InTurn route) {
      return false;
    }

    @Override
    public Boolean ofSession(OfSession route) {
      return false;
    }
  }

  private static RoutingException exception(@Nullable Refusal refusal) {
    if (refusal == null) {
      throw new IllegalStateException("a plan that neither spreads nor refuses");
    }
    return refusal.exception();
  }

  /** Refuses a statement over several shards of tables whose policy forbids it. */
  static void checkPolicy(Targets targets, List<@Nullable Object> values) {
    targets.sharded().forEach(target -> checkPolicy(target, values));
  }

  private static void checkPolicy(Targets.Target target, List<@Nullable Object> values) {
    if (!(target.keys(values) instanceof KeySet.Keys)) {
      checkPolicy(target.table());
    }
  }

  /** Refuses what touches all rows of a table over several shards, if its policy forbids it. */
  public static void checkAllRows(Table.Sharded table, Placement placement) {
    if (placement.shards().size() > 1) {
      checkPolicy(table);
    }
  }

  private static void checkPolicy(Table.Sharded table) {
    if (table.scatter() == ScatterPolicy.REFUSE) {
      throw new RoutingException(
          ErrorCode.SCATTER_REFUSED,
          table.displayName(),
          table.key().stream().map(KeyColumn::name).collect(Collectors.joining(", ")));
    }
  }
}
