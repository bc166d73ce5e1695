package io.shardjdbc.routing.plan;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.plan.code.LookingCatalog;
import io.shardjdbc.routing.plan.code.Needs;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.number.CopyNumbers;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.Trial;
import io.shardjdbc.routing.plan.write.CopyPlanner;
import io.shardjdbc.routing.route.ChangeableRows;
import io.shardjdbc.routing.route.CopiedTable;
import io.shardjdbc.routing.route.CopyNumber;
import io.shardjdbc.routing.route.CopyTarget;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Need;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.PlanCounts;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.route.TablePosition;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans, and remembers.
 *
 * <p>A plan names placements and not shards, so that it outlives the map by which it was made. It
 * is forgotten where a shard has gone that it may name, and where the only shard is not the only
 * one any more: what is right with one shard may not be with two.
 */
final class PlanningRouter implements Planner {

  private static final int CACHED_TEXTS = 2_000;

  /** What a text was planned to be: a plan, or a refusal by one map. */
  private record Answer(Found<Plan> found, MapEpoch epoch) {

    private static final long PLAN = 1024;
    private static final long REFUSAL = 512;

    /** Another map may have the shard that a text names. */
    boolean holds(ShardMap map) {
      return found.why() == null || epoch.equals(map.epoch());
    }

    /** Others may hold trees of what their text says: some thirty bytes for a character. */
    static long weight(String text, Answer answer) {
      if (answer.found.why() != null) {
        return REFUSAL + text.length() * 2L;
      }
      boolean pinned = answer.found.orNull() instanceof RowPlan plan && plan.pinnedByText() != null;
      return PLAN + text.length() * (pinned ? 2L : 32L);
    }
  }

  private final Supplier<ShardMap> maps;
  private final Tables known;
  private final boolean guarded;
  private final PlanCache<Answer> prepared = new PlanCache<>(CACHED_TEXTS, Answer::weight);
  private final PlanCache<Answer> texts = new PlanCache<>(CACHED_TEXTS, Answer::weight);

  private final ShapedPlans shapes = new ShapedPlans(CACHED_TEXTS);

  /** The epoch that cached plans are known to be right for. */
  private volatile MapEpoch plannedBy;

  private List<ShardId> plannedWith;

  /**
   * @param maps the current map
   */
  PlanningRouter(RoutingConfiguration configuration, Catalog catalog, Supplier<ShardMap> maps) {
    this.maps = maps;
    ShardMap map = maps.get();
    this.known = new Tables(configuration, new LookingCatalog(configuration, catalog, map), map);
    this.plannedWith = known.shards();
    this.plannedBy = known.map().epoch();
    this.guarded = TenantGuard.isOn(known);
  }

  @Override
  public ShardMap map() {
    return maps.get();
  }

  @Override
  public PlanCounts planCounts() {
    return prepared.counts().plus(texts.counts());
  }

  @Override
  public Found<Plan> find(String sql, Hint hint) {
    return answer(prepared, sql, hint, true);
  }

  @Override
  public Found<Plan> findText(String sql, Hint hint) {
    return answer(texts, sql, hint, false);
  }

  @Override
  public @Nullable Found<Plan> known(String sql, Hint hint, boolean takesValues) {
    PlanCache<Answer> cache = takesValues ? prepared : texts;
    Answer last = cache.find(sql, hint, known.catalog().version());
    return last != null && last.holds(current()) ? last.found() : null;
  }

  private Found<Plan> answer(PlanCache<Answer> cache, String sql, Hint hint, boolean takesValues) {
    ShardMap map = current();
    long version = known.catalog().version();
    Answer last = cache.find(sql, hint, version);
    if (last != null && last.holds(map)) {
      return last.found();
    }
    BiFunction<String, Hint, Answer> make = (text, h) -> made(text, h, map, takesValues, version);
    Answer answer = cache.get(sql, hint, version, make);
    return (answer.holds(map) ? answer : cache.remade(sql, hint, make)).found();
  }

  private ShardMap current() {
    ShardMap map = maps.get();
    if (!map.epoch().equals(plannedBy)) {
      follow(map);
    }
    return map;
  }

  private synchronized void follow(ShardMap map) {
    List<ShardId> before = plannedWith;
    if (!map.shards().containsAll(before) || (before.size() == 1 && !map.isAlone())) {
      prepared.clear();
      texts.clear();
      shapes.clear();
    }
    plannedWith = map.shards();
    plannedBy = map.epoch();
  }

  /** Plans a text; a refusal is an answer like a plan, and is remembered like one. */
  private Answer made(String sql, Hint hint, ShardMap map, boolean takesValues, long version) {
    Plan shaped = map.isAlone() || guarded ? null : shapes.plan(sql, hint, known.at(map), version);
    if (shaped != null) {
      return new Answer(Found.of(shaped), map.epoch());
    }
    Found<Plan> found = planned(sql, hint, map, takesValues);
    Function<ShardMap, Plan> again = other -> among(sql, hint, other, takesValues);
    return new Answer(
        map.isAlone() ? found.map(plan -> new AlonePlan(plan, maps, again)) : found, map.epoch());
  }

  private Found<Plan> planned(String sql, Hint hint, ShardMap map, boolean takesValues) {
    TextPlanner planner = new TextPlanner(known.at(map), guarded, hint);
    return Trial.of(
        () -> takesValues ? planner.make(sql, QuestionMarks.PARAMETERS) : planner.makeText(sql));
  }

  /**
   * A plan for a map of several shards. The current one, by which plans are kept, may be of one
   * shard again.
   */
  private Plan among(String sql, Hint hint, ShardMap map, boolean takesValues) {
    Plan now = takesValues ? plan(sql, hint) : planText(sql, hint);
    return now instanceof AlonePlan ? planned(sql, hint, map, takesValues).orThrow() : now;
  }

  @Override
  public List<String> statements(String text) {
    try {
      return SqlParser.statements(text, QuestionMarks.OPERATORS);
    } catch (SqlSyntaxException e) {
      throw TextPlanner.refused(e);
    }
  }

  @Override
  public Optional<ShardId> describer(String sql) {
    return new Describer(known.at(map())).of(sql);
  }

  @Override
  public ShardId owner(String table, @Nullable Object... key) {
    return owners().owner(table, Arrays.asList(key));
  }

  @Override
  public ShardId home(String table, List<@Nullable Object> key) {
    return owners().home(table, key);
  }

  @Override
  public Optional<TablePosition> position(String table, List<@Nullable Object> key) {
    return owners().position(table, key);
  }

  @Override
  public ShardId at(TablePosition place, ShardMap map) {
    return new Owners(known.at(map)).at(place);
  }

  @Override
  public Map<String, Positions> hidden(ShardMap map, ShardId shard) {
    return new Owners(known.at(map)).hidden(shard);
  }

  private Owners owners() {
    ShardMap map = current();
    known.catalog().version(); // first: it sees whether the schema changed
    return new Owners(known.at(map));
  }

  @Override
  public CopyTarget copyIn(CopiedTable copied, ShardMap map) {
    known.catalog().version(); // first: it sees whether the schema changed
    return new TextPlanner(known.at(map), guarded).copyIn(copied);
  }

  @Override
  public List<CopyNumber> copyNumbers(CopiedTable copied, ShardMap map) {
    known.catalog().version(); // first: it sees whether the schema changed
    return CopyNumbers.of(copied, known.at(map));
  }

  @Override
  public Table copyOut(CopiedTable copied, ShardMap map) {
    known.catalog().version(); // first: it sees whether the schema changed
    return new TextPlanner(known.at(map), guarded).copyOut(copied);
  }

  @Override
  public String copyQuery(CopiedTable copied, ShardMap map) {
    return new CopyPlanner(known.at(map)).query(copied);
  }

  @Override
  public Need need(String sql, boolean takesValues, String placement) {
    QuestionMarks marks = takesValues ? QuestionMarks.PARAMETERS : QuestionMarks.OPERATORS;
    known.catalog().version(); // first: it sees whether the schema changed
    return Needs.of(sql, marks, known.at(map()), placement);
  }

  @Override
  public String withoutHidden(String sql, boolean takesValues, ShardMap map, ShardId shard) {
    QuestionMarks marks = takesValues ? QuestionMarks.PARAMETERS : QuestionMarks.OPERATORS;
    return HiddenRows.leftOut(sql, marks, known.at(map), shard);
  }

  @Override
  public @Nullable ChangeableRows changeable(String sql, boolean takesValues) {
    QuestionMarks marks = takesValues ? QuestionMarks.PARAMETERS : QuestionMarks.OPERATORS;
    return ChangeableQuery.of(sql, marks, known.at(map()));
  }
}
