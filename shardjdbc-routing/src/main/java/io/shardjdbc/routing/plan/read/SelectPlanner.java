package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.code.OwnAggregates;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.effects.OwnValues;
import io.shardjdbc.routing.plan.effects.SessionBound;
import io.shardjdbc.routing.plan.effects.Sights;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.gather.GatherPlanner;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.plan.prove.CommonTables;
import io.shardjdbc.routing.plan.prove.UnreadTables;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.prove.WritingParts;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.result.Gathering;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.Regrouping;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.route.Sight;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans SELECT, VALUES and TABLE. */
public final class SelectPlanner {

  private final Tables tables;
  private final ParsedSql parsed;
  private final QuestionMarks questionMarks;
  private final Hint hint;
  private final PartsApart parts;

  /**
   * The way of a query whose WITH writes where shards cannot carry out all of it for themselves.
   */
  @FunctionalInterface
  public interface PartsApart {
    @Nullable Detour of(Tables tables, ParsedSql parsed, QuestionMarks questionMarks, Query query);
  }

  public SelectPlanner(
      Tables tables, ParsedSql parsed, QuestionMarks questionMarks, Hint hint, PartsApart parts) {
    this.tables = tables;
    this.parsed = parsed;
    this.questionMarks = questionMarks;
    this.hint = hint;
    this.parts = parts;
  }

  public Found<Plan> plan(SelectStatement statement) {
    Query query = statement.query();
    boolean alone = tables.isAlone();
    if (alone && SessionBound.is(statement, parsed.sql())) {
      ShardId only = tables.map().first();
      return Found.of(
          new FixedPlan(parsed, Effect.WRITE, hint, Home.first(), only, KeyHashes.any()));
    }
    if (query.body() instanceof Query.Select select && select.into() != null) {
      return Found.refused(ErrorCode.UTILITY_UNSUPPORTED, "SELECT INTO");
    }
    Analyzer analyzer = new Analyzer(tables);
    Analyzer.Result result = analyzer.query(query, null, CommonTables.none(), v -> false);
    UnreadTables.add(analyzer, query);
    Analysis analysis = analyzer.analysis();
    Objections against = new Objections();
    against.add(analysis.refusal());
    against.add(alone ? null : analysis.writesCopies());
    against.add(Locks.ofCopies(query, analysis));
    return against
        .orElse(() -> uses(analysis))
        .then(uses -> plan(statement, analyzer, result, uses));
  }

  private Found<Uses> uses(Analysis analysis) {
    return Uses.of(analysis, tables.catalog(), call -> OwnAggregates.volatility(call, tables));
  }

  private Found<Plan> plan(
      SelectStatement statement, Analyzer analyzer, Analyzer.Result result, Uses uses) {
    Query query = statement.query();
    Analysis analysis = analyzer.analysis();
    boolean alone = tables.isAlone();
    Targets targets = Targets.of(analysis.tables(), analysis.facts(), List.of());
    if (targets.isEmpty() && uses.unknown() != null && !alone) {
      return Found.refused(ErrorCode.FUNCTION_UNKNOWN, uses.unknown());
    }
    Effect effect = alone && uses.unknown() != null ? Effect.WRITE : effect(analysis, uses);
    if (targets.isPinned()) {
      // Most statements of applications; what only other values would need is planned for them.
      return Found.of(new RowPlan(parsed, effect, hint, targets, rest(statement)));
    }
    RowPlan.Alternatives ways = alternatives(query, analyzer, result, uses);
    return Found.of(new RowPlan(parsed, effect, hint, targets, ways, Sights.of(query, tables)));
  }

  /** A statement that is the whole text is read from it again; the tree of another one is kept. */
  private RowPlan.Rest rest(SelectStatement statement) {
    return statement == parsed.statement()
        ? new RestOfText(tables, parsed.sql(), parsed.marksBind(), questionMarks, parts)
        : new RestOfQuery(this, statement.query());
  }

  /** What values of a query may ask for that its text pins to keys. */
  record RestOfQuery(SelectPlanner planner, Query query) implements RowPlan.Rest {

    @Override
    public RowPlan.Alternatives alternatives() {
      return planner.alternatives(query);
    }

    @Override
    public Sight sight() {
      return Sights.of(query, planner.tables);
    }
  }

  private RowPlan.Alternatives alternatives(Query query) {
    Analyzer analyzer = new Analyzer(tables);
    Analyzer.Result result = analyzer.query(query, null, CommonTables.none(), v -> false);
    UnreadTables.add(analyzer, query);
    Uses uses = uses(analyzer.analysis()).orThrow();
    return alternatives(query, analyzer, result, uses);
  }

  /** The ways over several shards. */
  private RowPlan.Alternatives alternatives(
      Query query, Analyzer analyzer, Analyzer.Result result, Uses uses) {
    Analysis analysis = analyzer.analysis();
    Refusal obstacle = obstacle(query, analysis, uses);
    Regrouping regrouping =
        obstacle != null || analysis.locks() || analysis.writesInside()
            ? null
            : regrouping(analyzer, query, result);
    Found<Spread> spread =
        obstacle != null
            ? Found.refused(obstacle)
            : WritingParts.of(analysis, query, tables.catalog())
                .then(parts -> spread(query, result, analyzer, parts));
    spread = analysis.locks() ? spread.then(way -> Locks.over(way, query)) : spread;
    Found<Gathering> gathering = gathering(query, analysis, uses);
    if (regrouping == null && gathering.orNull() != null) {
      regrouping = spread.fold(way -> resorting(analyzer, query, way), why -> null);
      if (regrouping != null && spread.fold(Spread::isOfTextOrder, why -> false)) {
        spread = Found.refused(ErrorCode.UNSUPPORTED_CLAUSE, "ORDER BY text");
      }
    }
    Detour apart =
        spread.why() != null
                && analysis.writesInside()
                && uses.unknown() == null
                && uses.volatileOne() == null
                && uses.ofObjects() == null
            ? parts.of(tables, parsed, questionMarks, query)
            : null;
    return apart != null
        ? new RowPlan.Alternatives(null, null, apart, null)
        : new RowPlan.Alternatives(
            spread.orNull(), regrouping, gathering.orNull(), why(spread, gathering));
  }

  /**
   * Why the best way is closed. A policy that closes the last one is what the caller can change.
   */
  private static @Nullable Refusal why(Found<Spread> spread, Found<Gathering> gathering) {
    Refusal last = gathering.why();
    boolean policy = last != null && last.code() == ErrorCode.GATHER_REFUSED;
    return policy || spread.why() == null ? last : spread.why();
  }

  private Found<Gathering> gathering(Query query, Analysis analysis, Uses uses) {
    return questionMarks.areOperatorsIn(parsed.sql())
        // Our own markers would stand beside the caller's operators.
        ? Found.refused(ErrorCode.UNSUPPORTED_CLAUSE, "a question mark in a plain Statement")
        : new GatherPlanner(tables, parsed, analysis, uses).plan(query);
  }

  private static Effect effect(Analysis analysis, Uses uses) {
    if (analysis.writesInside()) {
      return Effect.WRITE;
    }
    return analysis.locks() || uses.needsPrimary() || asksForTheServer(analysis)
        ? Effect.READ_ON_PRIMARY
        : Effect.READ;
  }

  /** Whether a replica would tell of itself: its settings, its sessions, its statistics. */
  private static boolean asksForTheServer(Analysis analysis) {
    return analysis.calls().stream().anyMatch(Functions::isOfServer)
        || analysis.tables().stream().anyMatch(SelectPlanner::isOfServer);
  }

  /** A replica has a sequence as far as the log goes, which is written ahead of the numbers. */
  private static boolean isOfServer(TableVariable table) {
    return table.isSequence() || Tables.isSystem(Tables.local(table.node().name()));
  }

  /** Why no shard can answer for its own rows, whatever else is known of them; or null. */
  private static @Nullable Refusal obstacle(Query query, Analysis analysis, Uses uses) {
    Objections against = new Objections();
    against.add(Locks.unlikeOneServer(query, analysis));
    String column = SystemColumns.apart(query, analysis.readsCopies());
    if (column != null) {
      against.add(ErrorCode.UNSUPPORTED_CLAUSE, "system column " + column);
    }
    if (uses.unknown() != null) {
      against.add(ErrorCode.FUNCTION_UNKNOWN, uses.unknown());
    }
    if (uses.volatileOne() != null) {
      against.add(ErrorCode.UNSUPPORTED_CLAUSE, "volatile function " + uses.volatileOne());
    }
    if (analysis.rowOrder() != null) {
      ErrorCode code =
          analysis.writesInside() ? ErrorCode.WRITE_NOT_MERGEABLE : ErrorCode.UNSUPPORTED_CLAUSE;
      against.add(code, analysis.rowOrder());
    }
    if (!analysis.obstacles().isEmpty()) {
      against.add(ErrorCode.UNSUPPORTED_CLAUSE, analysis.obstacles().get(0));
    }
    String own = OwnValues.shown(query);
    if (own != null) {
      against.add(ErrorCode.UNSUPPORTED_CLAUSE, own + ", which each server answers for itself,");
    }
    return against.first();
  }

  /** How the statement is answered from the groups of each shard, or null. */
  private @Nullable Regrouping regrouping(Analyzer analyzer, Query query, Analyzer.Result result) {
    if (questionMarks.areOperatorsIn(parsed.sql()) || SystemColumns.in(query)) {
      return null;
    }
    Colocation colocation = new Colocation(analyzer.analysis());
    for (Anchors anchors : Colocation.anchors(result.source())) {
      Proof proof = colocation.prove(anchors);
      Found<Regrouping> found = proof == null ? null : regrouping(analyzer, query, result, proof);
      if (found != null) {
        return found.orNull(); // where it is refused, its rows may still be gathered
      }
    }
    return null;
  }

  /** Whether LIMIT or OFFSET names a column, which is an error that the whole text has to make. */
  private static boolean limitNamesColumn(Query query) {
    return (query.limit() != null && namesColumn(query.limit()))
        || (query.offset() != null && namesColumn(query.offset()));
  }

  private static boolean namesColumn(Node node) {
    return node instanceof Expr.Column || node.anyChild(SelectPlanner::namesColumn);
  }

  /** Null where it is no question of groups. */
  private @Nullable Found<Regrouping> regrouping(
      Analyzer analyzer, Query query, Analyzer.Result result, Proof proof) {
    if (limitNamesColumn(query)) {
      return null;
    }
    List<TableVariable> anchors = proof.anchors().tables();
    Targets targets = Targets.of(anchors, analyzer.analysis().facts(), List.of());
    if (result.source() instanceof Source.Block block
        && query.body() instanceof Query.Select select
        && Colocation.rowsDistribute(block, proof)) {
      return RegroupPlanner.of(parsed, analyzer, query, select, block)
          .then(planner -> planner.plan(targets, tables.map()));
    }
    if (result.source() instanceof Source.Combined combined
        && Colocation.distributes(UnionPlanner.withDuplicates(combined), proof)) {
      return UnionPlanner.of(parsed, analyzer, query)
          .map(planner -> planner.plan(targets, tables.map()));
    }
    return null;
  }

  /** How rows that the shards have sorted are sorted again by one of them, or null. */
  private @Nullable Regrouping resorting(Analyzer analyzer, Query query, Spread spread) {
    if (!(query.body() instanceof Query.Select select)
        || query.orderBy().isEmpty()
        || limitNamesColumn(query)) {
      return null;
    }
    return ResortPlanner.of(parsed, analyzer, query, select)
        .map(planner -> planner.plan(spread.anchors(), tables.map()))
        .orNull();
  }

  private Found<Spread> spread(
      Query query, Analyzer.Result result, Analyzer analyzer, WritingParts parts) {
    Analysis analysis = analyzer.analysis();
    Colocation colocation = new Colocation(analysis, parts.beside());
    Found<Spread> last = null;
    for (Anchors anchors : Colocation.anchors(result.source())) {
      Proof proof = colocation.prove(anchors);
      if (proof == null) {
        continue;
      }
      last =
          SelectMerge.of(parsed, query, result.source(), proof, analyzer)
              .then(merge -> spread(anchors, merge, analysis, parts));
      if (last.why() == null) {
        return last;
      }
    }
    return last != null ? last : Found.refused(notColocated(analysis));
  }

  private Found<Spread> spread(
      Anchors anchors, SelectMerge merge, Analysis analysis, WritingParts parts) {
    if (analysis.writesInside() && !merge.isCertain()) {
      // What has been written cannot be asked for in another way.
      return Found.refused(
          ErrorCode.WRITE_NOT_MERGEABLE, "ORDER BY or an aggregate over a data-modifying WITH");
    }
    ShardText text =
        merge.edits().isEmpty()
            ? ShardText.unchanged(parsed.sql())
            : Template.edited(parsed, merge.edits()).finished();
    return Found.of(
        new Spread(
            parts.targets(analysis, anchors.tables()),
            text,
            merge.rule(),
            merge.description(),
            merge.isOfTextOrder(),
            Spread.Locked.NONE));
  }

  /** Names two tables that would have to meet. */
  public static Refusal notColocated(Analysis analysis) {
    TableVariable first = null;
    for (TableVariable table : analysis.tables()) {
      if (table.table() instanceof Table.Reference) {
        continue;
      }
      if (first == null) {
        first = table;
      } else {
        return Refusal.of(ErrorCode.NOT_COLOCATED, named(first), named(table));
      }
    }
    return Refusal.of(ErrorCode.UNSUPPORTED_CLAUSE, "a sub-query or an outer join");
  }

  private static String named(@Nullable TableVariable table) {
    return table == null ? "" : table.table().displayName();
  }
}
