package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.plan.prove.CommonTables;
import io.shardjdbc.routing.plan.prove.KeyAssignments;
import io.shardjdbc.routing.plan.prove.UnreadTables;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.plan.read.Locks;
import io.shardjdbc.routing.plan.read.SelectPlanner;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.DetourPlan;
import io.shardjdbc.routing.plan.result.EverywherePlan;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.route.Catalog.ColumnShape;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Merge.SumOfCounts;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Merge;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.parse.QuestionMarks;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans UPDATE, DELETE and MERGE. */
public final class WritePlanner {

  private final Tables tables;
  private final ParsedSql parsed;
  private final QuestionMarks questionMarks;
  private final Hint hint;

  public WritePlanner(Tables tables, ParsedSql parsed, QuestionMarks questionMarks, Hint hint) {
    this.tables = tables;
    this.parsed = parsed;
    this.questionMarks = questionMarks;
    this.hint = hint;
  }

  public Plan plan(Statement statement) {
    return plan(statement, true);
  }

  /** The plan of a write whose rows certainly keep their keys. */
  Plan inPlace(Statement statement) {
    return plan(statement, false);
  }

  private Plan plan(Statement statement, boolean mayMove) {
    if ((statement instanceof Update update && update.currentOf() != null)
        || (statement instanceof Delete delete && delete.currentOf() != null)) {
      throw new RoutingException(ErrorCode.UTILITY_UNSUPPORTED, "WHERE CURRENT OF");
    }
    Analyzer analyzer = new Analyzer(tables);
    WriteAnalysis.Result write =
        new WriteAnalysis(analyzer, CommonTables.none()).analyse(statement);
    UnreadTables.add(analyzer, statement);
    Analysis analysis = analyzer.analysis();
    Locks.refuseCopies(statement, analysis);
    Uses uses = Uses.of(analysis, tables.catalog());
    Table target = write.target().table();
    if (target instanceof Table.Reference) {
      return copied(statement, write, analysis, uses);
    }
    if (!(target instanceof Table.Sharded sharded)) {
      Targets all = Targets.of(analysis.tables(), analysis.facts(), List.of());
      Refusal refusal = Refusal.of(SelectPlanner.notColocated(analysis));
      Detour detour = null;
      try {
        detour = staged(statement, write, analysis, uses);
      } catch (RoutingException e) {
        refusal = Refusal.of(e);
      }
      return new RowPlan(parsed, Effect.WRITE, hint, all, null, detour, refusal, values -> {});
    }
    KeyAssignments keys = new KeyAssignments(write, sharded, analysis.facts());
    List<Targets.Target> inserted = List.of();
    if (inserts(statement)) {
      SharedKeys.refuse(write.target(), "MERGE that inserts");
    }
    if (statement instanceof Update update && mayMove) {
      keys.add(update.assignments());
    } else if (statement instanceof Merge merge) {
      merge.whens().forEach(when -> keys.add(when.assignments()));
      inserted = insertedKeys(merge, write, sharded, analysis.facts());
    }
    if (sharded.placement().sharesKeys()) {
      keys.refuseChanges();
    }
    Targets targets = Targets.of(analysis.tables(), analysis.facts(), inserted);
    Spread spread = null;
    Detour detour = null;
    Refusal refusal = null;
    try {
      spread = spread(statement, write, analysis, uses, keys);
    } catch (RoutingException e) {
      refusal = Refusal.of(e);
    }
    if (refusal != null && refusal.code() != ErrorCode.KEY_UPDATE) {
      try {
        detour =
            inserts(statement)
                ? distributed((Merge) statement, write, analysis)
                : staged(statement, write, analysis, uses);
      } catch (RoutingException e) {
        detour = choiceFirst(statement, sharded);
        refusal = detour == null ? Refusal.of(e) : null;
      }
    }
    RowPlan inPlace =
        new RowPlan(parsed, Effect.WRITE, hint, targets, spread, detour, refusal, keys::check);
    return statement instanceof Update update && keys.mayChange()
        ? moving(update, sharded, write.target(), keys, analysis.facts(), inPlace)
        : inPlace;
  }

  /** The way by which what two shards might choose differently is chosen once, or null. */
  private @Nullable Detour choiceFirst(Statement statement, Table table) {
    String name = table.displayName();
    Detour rows =
        statement instanceof Merge
            ? null
            : PickedRows.plan(tables, parsed, questionMarks, statement, name);
    return rows != null
        ? rows
        : ComputedOnce.ofQueries(tables, parsed, questionMarks, statement, name);
  }

  private Plan moving(
      Update update,
      Table.Sharded table,
      TableVariable target,
      KeyAssignments keys,
      Facts facts,
      RowPlan inPlace) {
    RowMove move = null;
    Refusal refusal = null;
    try {
      move =
          table.policy().moveRows()
              ? RowMove.plan(tables, parsed, questionMarks, update, target)
              : null;
    } catch (RoutingException e) {
      refusal = Refusal.of(e);
    }
    SameKeyUpdate same =
        SameKeyUpdate.plan(
            tables, parsed, questionMarks, update, target, keys.constants(), facts, move);
    return move == null && refusal == null && same == null
        ? inPlace
        : new MovingPlan(parsed, hint, table.displayName(), inPlace, same, move, refusal);
  }

  /** A write to a reference table: the same on every shard. */
  private Plan copied(
      Statement statement, WriteAnalysis.Result write, Analysis analysis, Uses uses) {
    return ComputedOnce.unlessAlike(
        () -> alike(statement, write, analysis, uses),
        tables,
        parsed,
        questionMarks,
        hint,
        statement,
        write.target().table());
  }

  private Plan alike(
      Statement statement, WriteAnalysis.Result write, Analysis analysis, Uses uses) {
    Table target = write.target().table();
    ReferenceWrites.refuseFunctions(target, uses);
    ReferenceWrites.refuseSystemColumns(target, statement);
    ReferenceWrites.refuseChoice(target, statement);
    ReferenceWrites.refuseDefaultKeyword(write.target(), statement);
    if (statement instanceof Merge merge) {
      refuseComputedDefaults(merge, write.target());
    }
    if (!ReferenceWrites.readsCopies(analysis)) {
      return new DetourPlan(
          parsed,
          hint,
          target.displayName(),
          Targets.of(analysis.tables(), analysis.facts(), List.of()),
          staged(statement, write, analysis, uses));
    }
    ReferenceWrites.refuseUnsafe(target, analysis, uses);
    return new EverywherePlan(parsed, Effect.WRITE, hint, target.displayName(), true);
  }

  /** Refuses an INSERT of MERGE by which each copy would compute a column its own way. */
  private static void refuseComputedDefaults(Merge merge, TableVariable target) {
    for (Merge.When when : merge.whens()) {
      if (when.action() == Merge.Action.INSERT) {
        List<String> columns = insertedColumns(when, target);
        int given = when.values() == null ? 0 : when.values().items().size();
        ReferenceWrites.refuseComputedDefaults(
            target,
            NumberedColumns.without(
                target, when.overriding(), columns.subList(0, Math.min(given, columns.size()))));
      }
    }
  }

  private static List<String> insertedColumns(Merge.When when, TableVariable target) {
    return when.columns().isEmpty() && target.shape().isPresent()
        ? target.shape().get().columns().stream().map(ColumnShape::name).toList()
        : when.columns();
  }

  private Detour staged(
      Statement statement, WriteAnalysis.Result write, Analysis analysis, Uses uses) {
    if (questionMarks.areOperatorsIn(parsed.sql())) {
      throw new RoutingException(
          ErrorCode.WRITE_NOT_MERGEABLE, "a question mark in a plain Statement");
    }
    return StagedWrite.plan(tables, parsed, statement, write.target(), analysis, uses);
  }

  private Detour distributed(Merge merge, WriteAnalysis.Result write, Analysis analysis) {
    Set<List<ColumnId>> inserted = new LinkedHashSet<>();
    Table.Sharded table = (Table.Sharded) write.target().table();
    for (Merge.When when : merge.whens()) {
      if (when.action() == Merge.Action.INSERT) {
        List<ColumnId> columns = new ArrayList<>();
        for (KeyColumn key : table.key()) {
          ColumnId column = insertedColumn(when, write, key, table);
          if (column == null) {
            throw new RoutingException(
                ErrorCode.WRITE_NOT_MERGEABLE,
                "MERGE that inserts under a key which is no column of its source");
          }
          columns.add(column);
        }
        inserted.add(columns);
      }
    }
    return DistributedMerge.plan(tables, parsed, questionMarks, merge, write, analysis, inserted);
  }

  /** The column that an inserted row has its key from, or null. */
  private static @Nullable ColumnId insertedColumn(
      Merge.When when, WriteAnalysis.Result write, KeyColumn key, Table.Sharded table) {
    return sourceColumn(insertedValue(when, write.target(), key, table), write);
  }

  /** Where nothing matched there is no target row, and an unqualified name is the source's. */
  private static @Nullable ColumnId sourceColumn(Expr value, WriteAnalysis.Result write) {
    return value instanceof Expr.Column c
        ? write.scope().resolveWithout(write.target(), c.name())
        : null;
  }

  /** The keys of the rows that WHEN NOT MATCHED inserts: they have to lie on the route, too. */
  private List<Targets.Target> insertedKeys(
      Merge merge, WriteAnalysis.Result write, Table.Sharded table, Facts facts) {
    List<Targets.Target> keys = new ArrayList<>();
    for (Merge.When when : merge.whens()) {
      if (when.action() != Merge.Action.INSERT) {
        continue;
      }
      List<@Nullable Domain> domains = new ArrayList<>();
      List<Optional<KeyType>> types = new ArrayList<>();
      for (int i = 0; i < table.key().size(); i++) {
        Expr value = insertedValue(when, write.target(), table.key().get(i), table);
        ColumnId column = sourceColumn(value, write);
        domains.add(
            column != null
                ? facts.domain(column)
                : Constants.isConstant(value) ? new Domain.Terms(List.of(value)) : null);
        types.add(write.target().keyType(i));
      }
      keys.add(new Targets.Target(table, domains, types, write.target().placement()));
    }
    return keys;
  }

  private static Expr insertedValue(
      Merge.When when, TableVariable target, KeyColumn key, Table.Sharded table) {
    List<String> columns = insertedColumns(when, target);
    int at = columns.indexOf(key.name());
    if (when.values() == null || at < 0 || at >= when.values().items().size()) {
      throw new RoutingException(ErrorCode.KEY_MISSING_IN_INSERT, table.displayName(), key.name());
    }
    NumberedColumns.refuseKey(target, when.overriding(), table, key);
    return when.values().items().get(at);
  }

  private Spread spread(
      Statement statement,
      WriteAnalysis.Result write,
      Analysis analysis,
      Uses uses,
      KeyAssignments keys) {
    if (analysis.writesInside()) {
      throw new RoutingException(ErrorCode.WRITE_NOT_MERGEABLE, "a data-modifying WITH");
    }
    if (uses.unknown() != null) {
      throw new RoutingException(ErrorCode.FUNCTION_UNKNOWN, uses.unknown());
    }
    if (!analysis.obstacles().isEmpty()) {
      throw new RoutingException(ErrorCode.WRITE_NOT_MERGEABLE, analysis.obstacles().get(0));
    }
    refuseSystemColumns(statement);
    Calls.refuseVolatileOnce(statement, tables.catalog());
    Colocation colocation = new Colocation(analysis);
    for (Anchors anchors : anchors(statement, write)) {
      Proof proof = colocation.prove(anchors);
      if (proof == null || !insertsAtHome(statement, write, proof, anchors)) {
        continue;
      }
      keys.refuseUnless(proof);
      return new Spread(
          Targets.of(anchors.tables(), analysis.facts(), List.of()),
          ShardText.unchanged(parsed.sql()),
          values -> new SumOfCounts(),
          "sum of the counts");
    }
    throw SelectPlanner.notColocated(analysis);
  }

  private static void refuseSystemColumns(Statement statement) {
    String column = SystemColumns.shownIn(statement);
    if (column != null) {
      throw new RoutingException(ErrorCode.WRITE_NOT_MERGEABLE, "system column " + column);
    }
  }

  private static boolean inserts(Statement statement) {
    return statement instanceof Merge merge
        && merge.whens().stream()
            .anyMatch(
                w -> w.match() == Merge.Match.NOT_MATCHED && w.action() != Merge.Action.NOTHING);
  }

  /** A MERGE that inserts handles each row of its source once: the source has to be split. */
  private static List<Anchors> anchors(Statement statement, WriteAnalysis.Result write) {
    return inserts(statement)
        ? Colocation.anchors(write.source().get(0))
        : List.of(new Anchors(List.of(write.target())));
  }

  private static boolean insertsAtHome(
      Statement statement, WriteAnalysis.Result write, Proof proof, Anchors anchors) {
    if (!inserts(statement)) {
      return true;
    }
    if (!Colocation.distributes(write.source().get(0), proof)) {
      return false;
    }
    Table.Sharded table = (Table.Sharded) write.target().table();
    for (Merge.When when : ((Merge) statement).whens()) {
      if (when.action() != Merge.Action.INSERT) {
        continue;
      }
      List<ColumnId> given = new ArrayList<>();
      for (KeyColumn key : table.key()) {
        ColumnId column = insertedColumn(when, write, key, table);
        if (column == null) {
          return false;
        }
        given.add(column);
      }
      for (int i = 0; i < given.size(); i++) {
        if (!proof.same().get(i).contains(given.get(i))) {
          return false;
        }
      }
    }
    return !anchors.tables().isEmpty();
  }
}
