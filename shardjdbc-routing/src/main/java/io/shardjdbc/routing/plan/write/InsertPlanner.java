package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.code.OwnCode;
import io.shardjdbc.routing.plan.effects.Calls;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.number.NumberedSource;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.CommonTables;
import io.shardjdbc.routing.plan.prove.DeletedFirst;
import io.shardjdbc.routing.plan.prove.StoredAlike;
import io.shardjdbc.routing.plan.prove.UnreadTables;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.plan.read.Locks;
import io.shardjdbc.routing.plan.read.SelectPlanner;
import io.shardjdbc.routing.plan.result.CopiedValues;
import io.shardjdbc.routing.plan.result.Detour;
import io.shardjdbc.routing.plan.result.DetourPlan;
import io.shardjdbc.routing.plan.result.EverywherePlan;
import io.shardjdbc.routing.plan.result.RowPlan;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plans INSERT: by the keys of its rows, or by where its query's rows are. */
public final class InsertPlanner {

  private final Tables tables;
  private final ParsedSql parsed;
  private final QuestionMarks questionMarks;
  private final Hint hint;
  private final Insert insert;

  public InsertPlanner(
      Tables tables, ParsedSql parsed, QuestionMarks questionMarks, Hint hint, Insert insert) {
    this.tables = tables;
    this.parsed = parsed;
    this.questionMarks = questionMarks;
    this.hint = hint;
    this.insert = insert;
  }

  public Found<Plan> plan() {
    Analyzer analyzer = new Analyzer(tables);
    WriteAnalysis.Result write = new WriteAnalysis(analyzer, CommonTables.none()).analyse(insert);
    UnreadTables.add(analyzer, insert);
    Analysis analysis = analyzer.analysis();
    Objections against = new Objections();
    against.add(analysis.refusal());
    against.add(tables.isAlone() ? null : analysis.writesCopies());
    against.add(Locks.ofCopies(insert, analysis));
    return against
        .orElse(() -> Uses.of(analysis, tables.catalog()))
        .then(uses -> plan(write, analysis, uses));
  }

  private Found<Plan> plan(WriteAnalysis.Result write, Analysis analysis, Uses uses) {
    TableVariable target = write.target();
    Refusal shared = insert.onConflict() == null ? null : SharedKeys.refuse(target, "ON CONFLICT");
    if (shared != null) {
      return Found.refused(shared);
    }
    NumberedSource numbered = NumberedSource.of(tables, insert);
    if (numbered != null) {
      return numbered(write, analysis, numbered);
    }
    Plan only =
        target.table() instanceof Table.Sharded sharded
            ? OnlyShard.plan(tables, parsed, hint, insert, target, sharded)
            : null;
    if (only != null) {
      return Found.of(only);
    }
    if (target.table() instanceof Table.Reference) {
      return copied(write, analysis, uses);
    }
    if (!(target.table() instanceof Table.Sharded sharded)) {
      Found<Detour> detour = distributed(target, analysis, List.of());
      Refusal refusal = detour.why() == null ? SelectPlanner.notColocated(analysis) : detour.why();
      Targets all = Targets.of(analysis.tables(), analysis.facts(), List.of());
      return Found.of(new RowPlan(parsed, Effect.WRITE, hint, all, null, detour.orNull(), refusal));
    }
    return keyPositions(target, sharded)
        .then(positions -> sharded(write, analysis, uses, sharded, positions));
  }

  private Found<Plan> sharded(
      WriteAnalysis.Result write,
      Analysis analysis,
      Uses uses,
      Table.Sharded table,
      List<Integer> positions) {
    TableVariable target = write.target();
    List<Expr.Row> rows = valuesRows();
    if (rows == null) {
      return fromQuery(write, analysis, uses, table, positions);
    }
    return Found.of(
        new InsertRowsPlan(
            tables,
            parsed,
            hint,
            new InsertRowsPlan.Rows(insert, questionMarks, table, key(target, positions), rows),
            Targets.of(OwnRows.apart(analysis, target), analysis.facts(), List.of()),
            keyConflicts(table),
            uses.unknown() == null && !analysis.writesInside() && insert.with() == null));
  }

  /** Of a query whose rows get numbers of sequences: they are fetched first, and numbered then. */
  private Found<Plan> numbered(
      WriteAnalysis.Result write, Analysis analysis, NumberedSource numbered) {
    TableVariable target = write.target();
    List<Integer> positions = new ArrayList<>();
    Objections against = new Objections();
    if (target.table() instanceof Table.Sharded sharded) {
      if (!keyConflicts(sharded).isEmpty()) {
        against.add(ErrorCode.KEY_UPDATE, sharded.displayName(), sharded.key().get(0).name());
      }
      for (KeyColumn key : sharded.key()) {
        int at = numbered.plain(key.name());
        Found<Integer> given = at >= 0 ? Found.of(-1 - at) : keyPosition(target, sharded, key);
        against.add(given.why());
        positions.add(given.fold(position -> position, why -> 0));
      }
    } else if (target.table() instanceof Table.Reference) {
      List<String> filled = new ArrayList<>(insert.columns());
      filled.addAll(numbered.added());
      against.add(ReferenceWrites.computedDefaults(target, filled));
      against.add(ReferenceWrites.systemColumns(target.table(), insert));
    }
    return against
        .orElse(() -> distributed(target, analysis, positions, numbered))
        .map(
            detour ->
                new DetourPlan(
                    parsed,
                    hint,
                    target.table().displayName(),
                    Targets.of(others(analysis, target), analysis.facts(), List.of()),
                    detour));
  }

  /** Into a reference table: the same on every shard, if need be of rows that are computed once. */
  private Found<Plan> copied(WriteAnalysis.Result write, Analysis analysis, Uses uses) {
    Table table = write.target().table();
    CopiedTexts texts = CopiedTexts.in(insert, analysis.tables());
    return ComputedOnce.unlessAlike(
        alike(write, analysis, uses, texts),
        tables,
        parsed,
        questionMarks,
        hint,
        insert,
        table,
        texts);
  }

  private Found<Plan> alike(
      WriteAnalysis.Result write, Analysis analysis, Uses uses, CopiedTexts texts) {
    TableVariable target = write.target();
    String name = target.table().displayName();
    CopiedValues values = texts.values(target.table());
    Objections against = new Objections();
    against.add(texts.refusal(target.table()));
    against.add(ReferenceWrites.computedDefaults(target, filledColumns(write)));
    against.add(ReferenceWrites.defaultKeyword(target, insert));
    against.add(ReferenceWrites.systemColumns(target.table(), insert));
    boolean ofRows = insert.source() != null && valuesRows() == null;
    if (!ofRows || ReferenceWrites.isSafe(analysis, uses)) {
      against.add(ReferenceWrites.unsafe(target.table(), analysis, uses));
      var merge = new Merge.SameOnAll(true, false, Merge.OfServer.NOTHING, isOfValues());
      return against.unless(
          () -> new EverywherePlan(parsed, Effect.WRITE, hint, name, merge, values));
    }
    Targets all = Targets.of(analysis.tables(), analysis.facts(), List.of());
    return against
        .orElse(() -> distributed(target, analysis, List.of()))
        .map(detour -> new DetourPlan(parsed, hint, name, all, detour, values));
  }

  /** Whether no table and no code of users has a say in the rows that it adds. */
  private boolean isOfValues() {
    return insert.onConflict() == null
        && (insert.source() == null || valuesRows() != null)
        && !Calls.hasQuery(insert.returning())
        && (valuesRows() == null || !Calls.hasQuery(valuesRows()))
        && insert.with() == null
        && !OwnCode.runsIn(insert, tables);
  }

  private Found<Detour> distributed(
      TableVariable target, Analysis analysis, List<Integer> positions) {
    return distributed(target, analysis, positions, null);
  }

  private Found<Detour> distributed(
      TableVariable target,
      Analysis analysis,
      List<Integer> positions,
      @Nullable NumberedSource numbered) {
    Refusal parts = DeletedFirst.refusal(analysis, target, tables);
    if (parts != null) {
      return Found.refused(parts);
    }
    return DistributedInsert.plan(
        tables, parsed, questionMarks, insert, target, analysis, positions, numbered);
  }

  /** The columns that are certainly not left to their defaults. */
  private List<String> filledColumns(WriteAnalysis.Result write) {
    List<String> given =
        NumberedColumns.without(write.target(), insert.overriding(), givenColumns(write.target()));
    if (!insert.columns().isEmpty() || write.rows() == null || valuesRows() != null) {
      return given;
    }
    return given.subList(0, Math.max(0, Math.min(given.size(), write.rows().rows().width())));
  }

  private static List<TableVariable> others(Analysis analysis, TableVariable target) {
    return analysis.tables().stream().filter(table -> table != target).toList();
  }

  private static List<Optional<KeyType>> types(TableVariable target) {
    List<Optional<KeyType>> types = new ArrayList<>();
    for (int i = 0; i < ((Table.Sharded) target.table()).key().size(); i++) {
      types.add(target.keyType(i));
    }
    return types;
  }

  private static List<InsertRowsPlan.KeyPlace> key(TableVariable target, List<Integer> positions) {
    List<InsertRowsPlan.KeyPlace> places = new ArrayList<>();
    List<KeyColumn> key = ((Table.Sharded) target.table()).key();
    for (int i = 0; i < key.size(); i++) {
      String name = key.get(i).name();
      places.add(
          new InsertRowsPlan.KeyPlace(
              positions.get(i),
              target.keyType(i),
              target
                  .shape()
                  .flatMap(shape -> shape.column(name))
                  .map(ColumnShape::sqlType)
                  .orElse(null)));
    }
    return List.copyOf(places);
  }

  /** The rows of a plain VALUES; null for any other source. */
  private @Nullable List<Expr.Row> valuesRows() {
    Query source = insert.source();
    if (source != null
        && source.body() instanceof Query.Values values
        && source.with() == null
        && source.orderBy().isEmpty()
        && source.limitSpan() == null) {
      return values.rows();
    }
    return null;
  }

  private List<String> givenColumns(TableVariable target) {
    if (!insert.columns().isEmpty()) {
      return insert.columns();
    }
    if (insert.source() == null || target.shape().isEmpty()) {
      return List.of();
    }
    List<String> all = target.shape().get().columns().stream().map(ColumnShape::name).toList();
    List<Expr.Row> rows = valuesRows();
    int given = rows == null ? all.size() : rows.get(0).items().size();
    return all.subList(0, Math.min(given, all.size()));
  }

  /** Where the columns of the key are among the values of a row. */
  private Found<List<Integer>> keyPositions(TableVariable target, Table.Sharded table) {
    Objections against = new Objections();
    List<Integer> positions = new ArrayList<>();
    for (KeyColumn key : table.key()) {
      Found<Integer> position = keyPosition(target, table, key);
      against.add(position.why());
      positions.add(position.fold(at -> at, why -> 0));
    }
    return against.unless(() -> positions);
  }

  private Found<Integer> keyPosition(TableVariable target, Table.Sharded table, KeyColumn key) {
    int at = givenColumns(target).indexOf(key.name());
    if (at < 0) {
      return Found.refused(ErrorCode.KEY_MISSING_IN_INSERT, table.displayName(), key.name());
    }
    Refusal numbered = NumberedColumns.ofKey(target, insert.overriding(), table, key);
    return numbered == null ? Found.of(at) : Found.refused(numbered);
  }

  /**
   * What DO UPDATE assigns to the key. {@code excluded.key} is harmless: it is the key by which the
   * row came here.
   */
  private List<InsertRowsPlan.Assigned> keyConflicts(Table.Sharded table) {
    List<InsertRowsPlan.Assigned> assigned = new ArrayList<>();
    if (insert.onConflict() == null) {
      return assigned;
    }
    for (Assignment assignment : insert.onConflict().assignments()) {
      for (int i = 0; i < assignment.columns().size(); i++) {
        for (int k = 0; k < table.key().size(); k++) {
          if (table.key().get(k).name().equals(assignment.columns().get(i))) {
            Expr value = assignment.value();
            if (assignment.columns().size() > 1) {
              value = value instanceof Expr.Row row ? row.items().get(i) : value;
            }
            if (!isUnchanged(value, table.key().get(k).name())) {
              assigned.add(new InsertRowsPlan.Assigned(k, value));
            }
          }
        }
      }
    }
    return assigned;
  }

  private boolean isUnchanged(Expr value, String key) {
    return value instanceof Expr.Column column
        && column.name().last().equals(key)
        && column.name().parts().size() == 2
        && (column.name().parts().get(0).equals("excluded")
            || column.name().parts().get(0).equals(insert.target().label()));
  }

  private Found<Plan> fromQuery(
      WriteAnalysis.Result write,
      Analysis analysis,
      Uses uses,
      Table.Sharded table,
      List<Integer> positions) {
    Analyzer.Result rows = write.rows();
    if (rows == null) {
      return Found.refused(
          ErrorCode.KEY_MISSING_IN_INSERT, table.displayName(), table.key().get(0).name());
    }
    if (!keyConflicts(table).isEmpty()) {
      return Found.refused(ErrorCode.KEY_UPDATE, table.displayName(), table.key().get(0).name());
    }
    List<@Nullable Domain> domains = new ArrayList<>();
    List<@Nullable ColumnId> given = new ArrayList<>();
    for (int position : positions) {
      given.add(rows.rows().at(position));
    }
    List<@Nullable ColumnId> columns = StoredAlike.of(given, write.target(), analysis);
    for (int i = 0; i < positions.size(); i++) {
      domains.add(RowsAtHome.domain(insert, positions.get(i), columns.get(i), analysis.facts()));
    }
    Targets.Target inserted =
        new Targets.Target(table, domains, types(write.target()), write.target().placement());
    Targets targets =
        Targets.of(others(analysis, write.target()), analysis.facts(), List.of(inserted));
    Found<Spread> spread =
        RowsAtHome.spread(tables, parsed, insert, write, analysis, uses, columns);
    Found<Detour> detour =
        spread.fold(
            way -> Found.refused(SelectPlanner.notColocated(analysis)),
            why -> distributed(write.target(), analysis, positions));
    Refusal refusal = spread.why() == null || detour.why() == null ? spread.why() : detour.why();
    return Found.of(
        new RowPlan(
            parsed, Effect.WRITE, hint, targets, spread.orNull(), detour.orNull(), refusal));
  }
}
