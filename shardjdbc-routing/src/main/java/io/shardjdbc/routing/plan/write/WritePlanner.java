package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.effects.SessionBound;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.number.NumberedAssignments;
import io.shardjdbc.routing.plan.number.NumberedMerge;
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
import io.shardjdbc.routing.plan.prove.WritingParts;
import io.shardjdbc.routing.plan.read.Locks;
import io.shardjdbc.routing.plan.read.SelectPlanner;
import io.shardjdbc.routing.plan.result.CopiedValues;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.DetourPlan;
import io.shardjdbc.routing.plan.result.EverywherePlan;
import io.shardjdbc.routing.plan.result.FixedPlan;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Merge.SumOfCounts;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.ShardText;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.util.List;
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

  public Found<Plan> plan(Statement statement) {
    return plan(statement, true);
  }

  /** The plan of a write whose rows certainly keep their keys. */
  Found<Plan> inPlace(Statement statement) {
    return plan(statement, false);
  }

  private Found<Plan> plan(Statement statement, boolean mayMove) {
    if ((statement instanceof Update update && update.currentOf() != null)
        || (statement instanceof Delete delete && delete.currentOf() != null)) {
      return Found.refused(ErrorCode.UTILITY_UNSUPPORTED, "WHERE CURRENT OF");
    }
    if (tables.isAlone() && SessionBound.is(statement, parsed.sql())) {
      ShardId only = tables.map().first();
      return Found.of(
          new FixedPlan(parsed, Effect.WRITE, hint, Home.first(), only, KeyHashes.any()));
    }
    Analyzer analyzer = new Analyzer(tables);
    WriteAnalysis.Result write =
        new WriteAnalysis(analyzer, CommonTables.none()).analyse(statement);
    Name target = write.target().node().name();
    if (!tables.isAlone() && Tables.isSystem(Tables.local(target))) {
      return Found.refused(ErrorCode.OF_ONE_SERVER, "relation " + target.last());
    }
    UnreadTables.add(analyzer, statement);
    Analysis analysis = analyzer.analysis();
    Objections against = new Objections();
    against.add(analysis.refusal());
    against.add(tables.isAlone() ? null : analysis.writesCopies());
    against.add(Locks.ofCopies(statement, analysis));
    return against
        .orElse(() -> Uses.of(analysis, tables.catalog()))
        .then(uses -> plan(new Written(statement, write, analysis, uses), mayMove));
  }

  /** A statement, and what is known of it. */
  private record Written(
      Statement statement, WriteAnalysis.Result write, Analysis analysis, Uses uses) {

    Table table() {
      return write.target().table();
    }

    Facts facts() {
      return analysis.facts();
    }

    Targets all() {
      return Targets.of(analysis.tables(), facts(), List.of());
    }
  }

  private Found<Plan> plan(Written w, boolean mayMove) {
    NumberedAssignments numbered =
        w.statement() instanceof Update update ? NumberedAssignments.of(tables, update) : null;
    if (numbered != null) {
      return numbered(w, (Update) w.statement(), numbered);
    }
    if (w.table() instanceof Table.Reference) {
      CopiedTexts texts = CopiedTexts.in(w.statement(), w.analysis().tables());
      return ComputedOnce.unlessAlike(
          alike(w, texts), tables, parsed, questionMarks, hint, w.statement(), w.table(), texts);
    }
    if (w.table() instanceof Table.Sharded sharded) {
      return sharded(w, sharded, mayMove);
    }
    Found<Detour> detour = staged(w);
    Refusal refusal =
        detour.why() == null ? SelectPlanner.notColocated(w.analysis()) : detour.why();
    return Found.of(
        new RowPlan(parsed, Effect.WRITE, hint, w.all(), null, detour.orNull(), refusal));
  }

  private Found<Plan> numbered(Written w, Update update, NumberedAssignments numbered) {
    TableVariable target = w.write().target();
    return NumberedUpdate.plan(
            tables, parsed, questionMarks, update, target, target.shape().orElseThrow(), numbered)
        .map(way -> new DetourPlan(parsed, hint, target.table().displayName(), w.all(), way));
  }

  private Found<Plan> sharded(Written w, Table.Sharded table, boolean mayMove) {
    Plan only = OnlyShard.plan(tables, parsed, hint, w.statement(), w.write().target(), table);
    if (only != null) {
      return Found.of(only);
    }
    KeyAssignments keys = new KeyAssignments(w.write(), table, w.facts());
    if (w.statement() instanceof Update update && mayMove) {
      keys.add(update.assignments());
    } else if (w.statement() instanceof MergeInto merge) {
      merge.whens().forEach(when -> keys.add(when.assignments()));
    }
    MergeInserts inserts = new MergeInserts(parsed.sql(), w.statement(), w.write());
    Objections against = new Objections();
    if (MergeInserts.in(w.statement())) {
      against.add(SharedKeys.refuse(w.write().target(), "MERGE that inserts"));
    }
    against.add(table.placement().sharesKeys() ? keys.changes() : keys.refusal());
    if (w.statement() instanceof MergeInto merge && NumberedMerge.of(tables, merge) != null) {
      return against
          .orElse(() -> detour(w, table, inserts))
          .map(way -> new DetourPlan(parsed, hint, table.displayName(), w.all(), way));
    }
    return against
        .orElse(() -> inserts.keys(w.facts()))
        .map(inserted -> sharded(w, table, keys, inserts, inserted));
  }

  private Plan sharded(
      Written w,
      Table.Sharded table,
      KeyAssignments keys,
      MergeInserts inserts,
      List<Targets.Target> inserted) {
    Found<Spread> spread = spread(w, keys, inserts);
    Refusal why = spread.why();
    Found<Detour> detour =
        why == null || why.code() == ErrorCode.KEY_UPDATE
            ? spread.then(way -> Found.refused(SelectPlanner.notColocated(w.analysis())))
            : detour(w, table, inserts);
    RowPlan inPlace =
        new RowPlan(
            parsed,
            Effect.WRITE,
            hint,
            Targets.of(w.analysis().tables(), w.facts(), inserted),
            spread.orNull(),
            detour.orNull(),
            because(why, detour),
            keys.mayChange() ? keys.assigned()::changesWith : RowPlan.ANY_VALUES);
    return w.statement() instanceof Update update && keys.mayChange()
        ? moving(w, update, table, keys, inPlace)
        : inPlace;
  }

  /** Why no shard does it for itself, and then why there is no detour. */
  private static @Nullable Refusal because(@Nullable Refusal why, Found<Detour> detour) {
    boolean told = detour.orNull() instanceof PickedRows || detour.orNull() instanceof ComputedOnce;
    return why == null || detour.why() == null ? (told ? null : why) : detour.why();
  }

  private Found<Detour> detour(Written w, Table.Sharded table, MergeInserts inserts) {
    Found<Detour> detour =
        w.statement() instanceof MergeInto merge && MergeInserts.in(merge)
            ? inserts
                .sources(NumberedMerge.of(tables, merge))
                .then(
                    keys ->
                        DistributedMerge.plan(
                            tables,
                            parsed,
                            questionMarks,
                            merge,
                            w.write(),
                            w.analysis(),
                            keys,
                            NumberedMerge.of(tables, merge)))
            : staged(w);
    return detour.or(why -> choiceFirst(w.statement(), table, why));
  }

  /** The way by which what two shards might choose differently is chosen once. */
  private Found<Detour> choiceFirst(Statement statement, Table table, Refusal why) {
    String name = table.displayName();
    PickedRows rows =
        statement instanceof MergeInto merge && MergeInserts.in(merge)
            ? null
            : PickedRows.plan(tables, parsed, questionMarks, statement, name);
    ComputedOnce values = ComputedOnce.ofQueries(tables, parsed, questionMarks, statement, name);
    Detour chosen =
        rows == null || (values != null && values.answersMoreThan(rows.query())) ? values : rows;
    return chosen == null ? Found.refused(why) : Found.of(chosen);
  }

  private Plan moving(
      Written w, Update update, Table.Sharded table, KeyAssignments keys, RowPlan inPlace) {
    TableVariable target = w.write().target();
    Found<RowMove> moving =
        table.policy().moveRows()
            ? RowMove.plan(tables, parsed, questionMarks, update, target)
            : null;
    RowMove move = moving == null ? null : moving.orNull();
    Refusal refusal = moving == null ? null : moving.why();
    SameKeyUpdate same =
        SameKeyUpdate.plan(
            tables, parsed, questionMarks, update, target, keys.constants(), w.facts(), move);
    return move == null && refusal == null && same == null
        ? inPlace
        : new MovingPlan(parsed, hint, table.displayName(), inPlace, same, move, refusal);
  }

  /** A write to a reference table that every copy does alike. */
  private Found<Plan> alike(Written w, CopiedTexts texts) {
    Table target = w.table();
    CopiedValues values = texts.values(target);
    Objections against = new Objections();
    against.add(texts.refusal(target));
    against.add(ReferenceWrites.functions(target, w.uses()));
    against.add(ReferenceWrites.systemColumns(target, w.statement()));
    if (!(w.statement() instanceof Update update)
        || !OneRowEach.is(update, w.write(), w.analysis())) {
      against.add(ReferenceWrites.choice(target, w.statement()));
    }
    against.add(ReferenceWrites.defaultKeyword(w.write().target(), w.statement()));
    against.add(new MergeInserts(parsed.sql(), w.statement(), w.write()).computedDefaults());
    String name = target.displayName();
    if (!ReferenceWrites.readsCopies(w.analysis())) {
      return against
          .orElse(() -> staged(w))
          .map(detour -> new DetourPlan(parsed, hint, name, w.all(), detour, values));
    }
    against.add(ReferenceWrites.unsafe(target, w.analysis(), w.uses()));
    Merge.SameOnAll merge = new Merge.SameOnAll(true);
    return against.unless(
        () -> new EverywherePlan(parsed, Effect.WRITE, hint, name, merge, values));
  }

  private Found<Detour> staged(Written w) {
    return questionMarks.areOperatorsIn(parsed.sql())
        ? Found.refused(ErrorCode.WRITE_NOT_MERGEABLE, "a question mark in a plain Statement")
        : StagedWrite.plan(
            tables, parsed, w.statement(), w.write().target(), w.analysis(), w.uses());
  }

  private Found<Spread> spread(Written w, KeyAssignments keys, MergeInserts inserts) {
    Refusal obstacle = obstacle(w);
    if (obstacle != null) {
      return Found.refused(obstacle);
    }
    return WritingParts.of(w.analysis(), w.statement(), tables.catalog())
        .then(parts -> spread(w, keys, inserts, parts));
  }

  private Found<Spread> spread(
      Written w, KeyAssignments keys, MergeInserts inserts, WritingParts parts) {
    boolean splits = MergeInserts.in(w.statement());
    Colocation colocation = new Colocation(w.analysis(), parts.beside());
    for (Anchors anchors : anchors(w, splits)) {
      Proof proof = colocation.prove(anchors);
      if (proof == null || (splits && !inserts.areAtHome(proof, anchors, w.analysis()))) {
        continue;
      }
      Refusal changes = keys.changesBeside(proof);
      return changes != null
          ? Found.refused(changes)
          : Found.of(
              new Spread(
                  parts.targets(w.analysis(), anchors.tables()),
                  ShardText.unchanged(parsed.sql()),
                  values -> new SumOfCounts(),
                  "sum of the counts"));
    }
    return Found.refused(SelectPlanner.notColocated(w.analysis()));
  }

  private @Nullable Refusal obstacle(Written w) {
    Objections against = new Objections();
    if (w.analysis().writesInside() && w.statement() instanceof MergeInto) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "a data-modifying WITH");
    }
    if (w.uses().unknown() != null) {
      against.add(ErrorCode.FUNCTION_UNKNOWN, w.uses().unknown());
    }
    if (!w.analysis().obstacles().isEmpty()) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, w.analysis().obstacles().get(0));
    }
    if (w.analysis().rowOrder() != null) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, w.analysis().rowOrder());
    }
    String column = SystemColumns.apart(w.statement(), w.analysis().readsCopies());
    if (column != null) {
      against.add(ErrorCode.WRITE_NOT_MERGEABLE, "system column " + column);
    }
    against.add(Calls.volatileOnce(w.statement(), tables.catalog()));
    return against.first();
  }

  /** A MERGE that inserts handles each row of its source once: the source has to be split. */
  private static List<Anchors> anchors(Written w, boolean splits) {
    return splits
        ? Colocation.anchors(w.write().source().get(0))
        : List.of(new Anchors(List.of(w.write().target())));
  }
}
