package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.number.NumberedSource;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.plan.prove.CommonTables;
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
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.parse.QuestionMarks;
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

  public Plan plan() {
    Analyzer analyzer = new Analyzer(tables);
    WriteAnalysis.Result write = new WriteAnalysis(analyzer, CommonTables.none()).analyse(insert);
    UnreadTables.add(analyzer, insert);
    Analysis analysis = analyzer.analysis();
    Locks.refuseCopies(insert, analysis);
    Uses uses = Uses.of(analysis, tables.catalog());
    TableVariable target = write.target();
    if (insert.onConflict() != null) {
      SharedKeys.refuse(target, "ON CONFLICT");
    }
    NumberedSource numbered = NumberedSource.of(tables, insert);
    if (numbered != null) {
      return numbered(write, analysis, numbered);
    }
    if (target.table() instanceof Table.Reference) {
      return copied(write, analysis, uses);
    }
    if (!(target.table() instanceof Table.Sharded sharded)) {
      Refusal refusal = Refusal.of(SelectPlanner.notColocated(analysis));
      Detour detour = null;
      try {
        detour = distributed(target, analysis, List.of());
      } catch (RoutingException e) {
        refusal = Refusal.of(e);
      }
      return new RowPlan(
          parsed,
          Effect.WRITE,
          hint,
          Targets.of(analysis.tables(), analysis.facts(), List.of()),
          null,
          detour,
          refusal,
          values -> {});
    }
    List<Integer> positions = keyPositions(target, sharded);
    Targets others = Targets.of(others(analysis, target), analysis.facts(), List.of());
    List<Expr.Row> rows = valuesRows();
    if (rows != null) {
      return new InsertRowsPlan(
          tables,
          parsed,
          hint,
          new InsertRowsPlan.Rows(insert, questionMarks, sharded, key(target, positions), rows),
          others,
          keyConflicts(sharded),
          uses.unknown() == null && !analysis.writesInside() && insert.with() == null);
    }
    return fromQuery(write, analysis, uses, sharded, positions);
  }

  /** Of a query whose rows get numbers of sequences: they are fetched first, and numbered then. */
  private Plan numbered(WriteAnalysis.Result write, Analysis analysis, NumberedSource numbered) {
    TableVariable target = write.target();
    List<Integer> positions = new ArrayList<>();
    if (target.table() instanceof Table.Sharded sharded) {
      if (!keyConflicts(sharded).isEmpty()) {
        throw new RoutingException(
            ErrorCode.KEY_UPDATE, sharded.displayName(), sharded.key().get(0).name());
      }
      for (KeyColumn key : sharded.key()) {
        int at = numbered.plain(key.name());
        positions.add(at >= 0 ? -1 - at : keyPosition(target, sharded, key));
      }
    } else if (target.table() instanceof Table.Reference) {
      List<String> filled = new ArrayList<>(insert.columns());
      filled.addAll(numbered.added());
      ReferenceWrites.refuseComputedDefaults(target, filled);
      ReferenceWrites.refuseSystemColumns(target.table(), insert);
    }
    return new DetourPlan(
        parsed,
        hint,
        target.table().displayName(),
        Targets.of(others(analysis, target), analysis.facts(), List.of()),
        distributed(target, analysis, positions, numbered));
  }

  /** Into a reference table: the same on every shard, if need be of rows that are computed once. */
  private Plan copied(WriteAnalysis.Result write, Analysis analysis, Uses uses) {
    Table table = write.target().table();
    return ComputedOnce.unlessAlike(
        () -> alike(write, analysis, uses), tables, parsed, questionMarks, hint, insert, table);
  }

  private Plan alike(WriteAnalysis.Result write, Analysis analysis, Uses uses) {
    TableVariable target = write.target();
    ReferenceWrites.refuseComputedDefaults(target, filledColumns(write));
    ReferenceWrites.refuseDefaultKeyword(target, insert);
    ReferenceWrites.refuseSystemColumns(target.table(), insert);
    if (insert.source() != null
        && valuesRows() == null
        && !ReferenceWrites.isSafe(analysis, uses)) {
      return new DetourPlan(
          parsed,
          hint,
          target.table().displayName(),
          Targets.of(analysis.tables(), analysis.facts(), List.of()),
          distributed(target, analysis, List.of()));
    }
    ReferenceWrites.refuseUnsafe(target.table(), analysis, uses);
    return new EverywherePlan(parsed, Effect.WRITE, hint, target.table().displayName(), true);
  }

  private Detour distributed(TableVariable target, Analysis analysis, List<Integer> positions) {
    return distributed(target, analysis, positions, null);
  }

  private Detour distributed(
      TableVariable target,
      Analysis analysis,
      List<Integer> positions,
      @Nullable NumberedSource numbered) {
    if (analysis.writesInside()) {
      throw new RoutingException(ErrorCode.WRITE_NOT_MERGEABLE, "a data-modifying WITH");
    }
    return DistributedInsert.plan(
        tables, parsed, questionMarks, insert, target, positions, numbered);
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
    return places;
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
  private List<Integer> keyPositions(TableVariable target, Table.Sharded table) {
    return table.key().stream().map(key -> keyPosition(target, table, key)).toList();
  }

  private int keyPosition(TableVariable target, Table.Sharded table, KeyColumn key) {
    int at = givenColumns(target).indexOf(key.name());
    if (at < 0 || insert.subscriptedColumn()) {
      throw new RoutingException(ErrorCode.KEY_MISSING_IN_INSERT, table.displayName(), key.name());
    }
    NumberedColumns.refuseKey(target, insert.overriding(), table, key);
    return at;
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

  private Plan fromQuery(
      WriteAnalysis.Result write,
      Analysis analysis,
      Uses uses,
      Table.Sharded table,
      List<Integer> positions) {
    Analyzer.Result rows = write.rows();
    if (rows == null) {
      throw new RoutingException(
          ErrorCode.KEY_MISSING_IN_INSERT, table.displayName(), table.key().get(0).name());
    }
    if (!keyConflicts(table).isEmpty()) {
      throw new RoutingException(
          ErrorCode.KEY_UPDATE, table.displayName(), table.key().get(0).name());
    }
    List<@Nullable Domain> domains = new ArrayList<>();
    List<@Nullable ColumnId> columns = new ArrayList<>();
    for (int position : positions) {
      ColumnId column = rows.rows().at(position);
      columns.add(column);
      domains.add(column == null ? null : analysis.facts().domain(column));
    }
    Targets.Target inserted =
        new Targets.Target(table, domains, types(write.target()), write.target().placement());
    List<TableVariable> read = others(analysis, write.target());
    Targets targets = Targets.of(read, analysis.facts(), List.of(inserted));
    Spread spread = null;
    Detour detour = null;
    Refusal refusal = null;
    try {
      spread = spread(rows, read, analysis, uses, table, columns);
    } catch (RoutingException e) {
      refusal = Refusal.of(e);
      try {
        detour = distributed(write.target(), analysis, positions);
      } catch (RoutingException ofDetour) {
        refusal = Refusal.of(ofDetour);
      }
    }
    return new RowPlan(parsed, Effect.WRITE, hint, targets, spread, detour, refusal, values -> {});
  }

  private Spread spread(
      Analyzer.Result rows,
      List<TableVariable> read,
      Analysis analysis,
      Uses uses,
      Table.Sharded table,
      List<@Nullable ColumnId> columns) {
    if (analysis.writesInside() || analysis.locks() || uses.needsPrimary()) {
      throw new RoutingException(
          ErrorCode.WRITE_NOT_MERGEABLE, "a volatile function or a write in the query");
    }
    String column = SystemColumns.shownIn(insert);
    if (column != null) {
      throw new RoutingException(ErrorCode.WRITE_NOT_MERGEABLE, "system column " + column);
    }
    if (!analysis.obstacles().isEmpty()) {
      throw new RoutingException(ErrorCode.WRITE_NOT_MERGEABLE, analysis.obstacles().get(0));
    }
    Colocation colocation = new Colocation(analysis, read);
    for (Anchors anchors : Colocation.anchors(rows.source())) {
      Proof proof = colocation.prove(anchors);
      if (proof != null
          && Colocation.distributes(rows.source(), proof)
          && staysHome(anchors, proof, table, columns)) {
        return new Spread(
            Targets.of(anchors.tables(), analysis.facts(), List.of()),
            ShardText.unchanged(parsed.sql()),
            values -> new SumOfCounts(),
            "each shard inserts its own rows, sum of the counts");
      }
    }
    throw new RoutingException(
        ErrorCode.WRITE_NOT_MERGEABLE, "INSERT .. SELECT whose rows change shards");
  }

  /** Whether every row is inserted where it was read. */
  private static boolean staysHome(
      Anchors anchors, Proof proof, Table.Sharded table, List<@Nullable ColumnId> columns) {
    TableVariable anchor = anchors.tables().get(0);
    Table.Sharded source = (Table.Sharded) anchor.table();
    if (!source.keepsKeysWith(table) || source.key().size() != table.key().size()) {
      return false;
    }
    for (int i = 0; i < columns.size(); i++) {
      ColumnId column = columns.get(i);
      if (column == null || !proof.same().get(i).contains(column)) {
        return false;
      }
    }
    return true;
  }
}
