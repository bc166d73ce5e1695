package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.effects.OwnValues;
import io.shardjdbc.routing.plan.effects.SessionBound;
import io.shardjdbc.routing.plan.effects.SystemColumns;
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
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.result.Gathering;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.Regrouping;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.parse.QuestionMarks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans SELECT, VALUES and TABLE. */
public final class SelectPlanner {

  private final Tables tables;
  private final ParsedSql parsed;
  private final QuestionMarks questionMarks;
  private final Hint hint;

  public SelectPlanner(Tables tables, ParsedSql parsed, QuestionMarks questionMarks, Hint hint) {
    this.tables = tables;
    this.parsed = parsed;
    this.questionMarks = questionMarks;
    this.hint = hint;
  }

  public Plan plan(SelectStatement statement) {
    Query query = statement.query();
    boolean alone = tables.isAlone();
    if (alone && SessionBound.is(statement, parsed.sql())) {
      ShardId only = tables.map().first();
      return new FixedPlan(parsed, Effect.WRITE, hint, Home.first(), only, KeyHashes.any());
    }
    if (query.body() instanceof Query.Select select && select.into() != null) {
      throw new RoutingException(ErrorCode.UTILITY_UNSUPPORTED, "SELECT INTO");
    }
    Analyzer analyzer = new Analyzer(tables);
    Analyzer.Result result = analyzer.query(query, null, CommonTables.none(), v -> false);
    UnreadTables.add(analyzer, query);
    Analysis analysis = analyzer.analysis();
    Locks.refuseCopies(query, analysis);
    Uses uses = Uses.of(analysis, tables.catalog());
    Targets targets = Targets.of(analysis.tables(), analysis.facts(), List.of());
    if (targets.isEmpty() && uses.unknown() != null && !alone) {
      throw new RoutingException(ErrorCode.FUNCTION_UNKNOWN, uses.unknown());
    }
    Effect effect = alone && uses.unknown() != null ? Effect.WRITE : effect(analysis, uses);
    if (targets.isPinned()) {
      // Most statements of applications; what only other values would need is planned for them.
      return new RowPlan(parsed, effect, hint, targets, () -> alternatives(query));
    }
    RowPlan.Alternatives ways = alternatives(query, analyzer, result, uses);
    return new RowPlan(parsed, effect, hint, targets, ways, values -> {});
  }

  private RowPlan.Alternatives alternatives(Query query) {
    Analyzer analyzer = new Analyzer(tables);
    Analyzer.Result result = analyzer.query(query, null, CommonTables.none(), v -> false);
    UnreadTables.add(analyzer, query);
    Uses uses = Uses.of(analyzer.analysis(), tables.catalog());
    return alternatives(query, analyzer, result, uses);
  }

  /** The ways over several shards. */
  private RowPlan.Alternatives alternatives(
      Query query, Analyzer analyzer, Analyzer.Result result, Uses uses) {
    Analysis analysis = analyzer.analysis();
    Spread spread = null;
    Regrouping regrouping = null;
    Refusal refusal = null;
    try {
      refuseObstacles(query, analysis, uses);
      String own = OwnValues.shown(query);
      if (own != null) {
        throw new RoutingException(
            ErrorCode.UNSUPPORTED_CLAUSE, own + ", which each server answers for itself,");
      }
      regrouping = analysis.locks() ? null : regrouping(analyzer, query, result);
      spread = spread(query, result, analyzer);
      spread = analysis.locks() ? Locks.over(spread) : spread;
    } catch (RoutingException e) {
      refusal = Refusal.of(e);
    }
    Gathering gathering = null;
    try {
      if (questionMarks.areOperatorsIn(parsed.sql())) {
        // Our own markers would stand beside the caller's operators.
        throw new RoutingException(
            ErrorCode.UNSUPPORTED_CLAUSE, "a question mark in a plain Statement");
      }
      gathering = new GatherPlanner(tables, parsed, analysis, uses).plan(query);
    } catch (RoutingException e) {
      // A policy is why the last way out is closed; that is what the caller can change.
      refusal = refusal == null || e.code() == ErrorCode.GATHER_REFUSED ? Refusal.of(e) : refusal;
    }
    if (spread != null && regrouping == null && gathering != null) {
      regrouping = resorting(analyzer, query, spread);
      if (regrouping != null && spread.isOfTextOrder()) {
        refusal = Refusal.of(ErrorCode.UNSUPPORTED_CLAUSE, "ORDER BY text");
        spread = null;
      }
    }
    return new RowPlan.Alternatives(spread, regrouping, gathering, refusal);
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
        || analysis.tables().stream()
            .anyMatch(table -> Tables.isSystem(Tables.local(table.node().name())));
  }

  private static void refuseObstacles(Query query, Analysis analysis, Uses uses) {
    if (analysis.writesInside()) {
      throw new RoutingException(ErrorCode.WRITE_NOT_MERGEABLE, "a data-modifying WITH");
    }
    Locks.refuseUnlikeOneServer(query, analysis);
    String column = SystemColumns.shownIn(query);
    if (column != null) {
      throw new RoutingException(ErrorCode.UNSUPPORTED_CLAUSE, "system column " + column);
    }
    if (uses.unknown() != null) {
      throw new RoutingException(ErrorCode.FUNCTION_UNKNOWN, uses.unknown());
    }
    if (uses.volatileOne() != null) {
      throw new RoutingException(
          ErrorCode.UNSUPPORTED_CLAUSE, "volatile function " + uses.volatileOne());
    }
    if (!analysis.obstacles().isEmpty()) {
      throw new RoutingException(ErrorCode.UNSUPPORTED_CLAUSE, analysis.obstacles().get(0));
    }
  }

  /** How the statement is answered from the groups of each shard, or null. */
  private @Nullable Regrouping regrouping(Analyzer analyzer, Query query, Analyzer.Result result) {
    if (questionMarks.areOperatorsIn(parsed.sql()) || SystemColumns.in(query)) {
      return null;
    }
    Colocation colocation = new Colocation(analyzer.analysis());
    for (Anchors anchors : Colocation.anchors(result.source())) {
      Proof proof = colocation.prove(anchors);
      try {
        Regrouping found = proof == null ? null : regrouping(analyzer, query, result, proof);
        if (found != null) {
          return found;
        }
      } catch (RoutingException e) {
        return null; // its rows may still be gathered
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
    return node instanceof Expr.Column
        || node.children().stream().anyMatch(SelectPlanner::namesColumn);
  }

  private @Nullable Regrouping regrouping(
      Analyzer analyzer, Query query, Analyzer.Result result, Proof proof) {
    if (limitNamesColumn(query)) {
      return null;
    }
    List<TableVariable> anchors = proof.anchors().tables();
    Targets targets = Targets.of(anchors, analyzer.analysis().facts(), List.of());
    if (result.source() instanceof Source.Block block
        && query.body() instanceof Query.Select select
        && Colocation.rowsDistribute(block, proof)) {
      return new RegroupPlanner(parsed, analyzer, query, select, block).plan(targets, tables.map());
    }
    if (result.source() instanceof Source.Combined combined
        && Colocation.distributes(UnionPlanner.withDuplicates(combined), proof)) {
      return new UnionPlanner(parsed, analyzer, query).plan(targets, tables.map());
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
    try {
      return new ResortPlanner(parsed, analyzer, query, select)
          .plan(spread.anchors(), tables.map());
    } catch (RoutingException e) {
      return null;
    }
  }

  private Spread spread(Query query, Analyzer.Result result, Analyzer analyzer) {
    Analysis analysis = analyzer.analysis();
    Colocation colocation = new Colocation(analysis);
    RoutingException reason = null;
    for (Anchors anchors : Colocation.anchors(result.source())) {
      Proof proof = colocation.prove(anchors);
      if (proof == null) {
        continue;
      }
      try {
        SelectMerge merge = SelectMerge.of(parsed, query, result.source(), proof, analyzer);
        return spread(anchors, merge, analysis);
      } catch (RoutingException e) {
        reason = e;
      }
    }
    throw reason != null ? reason : notColocated(analysis);
  }

  private Spread spread(Anchors anchors, SelectMerge merge, Analysis analysis) {
    ShardText text =
        merge.edits().isEmpty()
            ? ShardText.unchanged(parsed.sql())
            : Template.edited(parsed, merge.edits()).finished();
    return new Spread(
        Targets.of(anchors.tables(), analysis.facts(), List.of()),
        text,
        merge.rule(),
        merge.description(),
        merge.isOfTextOrder(),
        false);
  }

  /** Names two tables that would have to meet. */
  public static RoutingException notColocated(Analysis analysis) {
    TableVariable first = null;
    for (TableVariable table : analysis.tables()) {
      if (table.table() instanceof Table.Reference) {
        continue;
      }
      if (first == null) {
        first = table;
      } else {
        return new RoutingException(ErrorCode.NOT_COLOCATED, named(first), named(table));
      }
    }
    return new RoutingException(ErrorCode.UNSUPPORTED_CLAUSE, "a sub-query or an outer join");
  }

  private static String named(@Nullable TableVariable table) {
    return table == null ? "" : table.table().displayName();
  }
}
