package io.shardjdbc.routing.plan.prove;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.OpaqueVariable;
import io.shardjdbc.routing.plan.facts.QueryVariable;
import io.shardjdbc.routing.plan.facts.QueryVariable.Output;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.sql.Assignment;
import io.shardjdbc.routing.sql.CopyRows;
import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The analysis of a statement that writes, at the top or inside WITH. */
public final class WriteAnalysis {

  /**
   * What became of a write.
   *
   * @param target the table written to
   * @param scope the names its expressions can use
   * @param source the rows it is joined to, of UPDATE, DELETE and MERGE
   * @param rows the rows that INSERT takes from a query or VALUES, or null
   */
  public record Result(
      TableVariable target, Scope scope, List<Source> source, Analyzer.@Nullable Result rows) {}

  private final Analyzer analyzer;
  private final CommonTables outer;

  public WriteAnalysis(Analyzer analyzer, CommonTables outer) {
    this.analyzer = analyzer;
    this.outer = outer;
  }

  public Result analyse(Statement statement) {
    return analyzer.inside(() -> analysed(statement));
  }

  private Result analysed(Statement statement) {
    if (statement instanceof Insert insert) {
      return insert(insert);
    }
    if (statement instanceof Update update) {
      return update(update);
    }
    if (statement instanceof Delete delete) {
      return delete(delete);
    }
    if (statement instanceof CopyRows copy) {
      return copy(copy);
    }
    return merge((MergeInto) statement);
  }

  /** Analyses a write inside WITH; gives the rows of its RETURNING. */
  QueryVariable returning(Statement statement, Result result) {
    refuseOtherKeys(statement, result);
    if (statement instanceof Insert insert) {
      inserted(insert, result);
    }
    List<Query.SelectItem> items =
        statement instanceof Insert insert
            ? insert.returning()
            : statement instanceof Update update
                ? update.returning()
                : statement instanceof Delete delete
                    ? delete.returning()
                    : ((MergeInto) statement).returning();
    List<Output> outputs = new ArrayList<>();
    for (Query.SelectItem item : items) {
      if (Positions.isStar(item.value())) {
        result.scope().variables().forEach(v -> outputs.addAll(QueryVariable.star(v, false)));
        continue;
      }
      ColumnId source =
          item.value() instanceof Expr.Column column ? result.scope().resolve(column.name()) : null;
      String name = Positions.outputName(item);
      outputs.add(
          source == null
              ? Output.computed(name, null)
              : Output.of(name, source, result.scope().family(source), false));
    }
    return analyzer.rows("", outputs, List.of());
  }

  /** The keys of rows that are inserted inside WITH, as far as they are given by constants. */
  private void inserted(Insert insert, Result write) {
    List<ColumnId> key = write.target().key();
    if (!(write.target().table() instanceof Table.Sharded sharded)
        || insert.subscriptedColumn()
        || insert.overriding() != null
        || (insert.onConflict() != null && insert.onConflict().update())
        || insert.source() == null
        || !(insert.source().body() instanceof Query.Values values)) {
      return;
    }
    List<String> columns = insert.columns();
    if (columns.isEmpty()) {
      columns =
          write.target().shape().stream()
              .flatMap(shape -> shape.columns().stream())
              .map(ColumnShape::name)
              .toList();
    }
    for (int i = 0; i < key.size(); i++) {
      int at = columns.indexOf(sharded.key().get(i).name());
      List<Expr> terms = new ArrayList<>();
      for (Expr.Row row : values.rows()) {
        if (at >= 0 && at < row.items().size() && Constants.isConstant(row.items().get(at))) {
          terms.add(row.items().get(at));
        }
      }
      if (terms.size() == values.rows().size()) {
        analyzer.facts().constrain(key.get(i), new Domain.Stored(terms));
      }
    }
  }

  /**
   * Refuses a write inside WITH that may give rows another key than they were found by: the plan of
   * the whole statement does not look at what it assigns. An INSERT there has no known key at all.
   */
  private void refuseOtherKeys(Statement statement, Result write) {
    if (!(write.target().table() instanceof Table.Sharded sharded)) {
      return;
    }
    KeyAssignments keys = new KeyAssignments(write, sharded, analyzer.analysis().facts());
    if (statement instanceof Update update) {
      keys.add(update.assignments());
    } else if (statement instanceof MergeInto merge) {
      if (merge.whens().stream().anyMatch(when -> when.action() == MergeInto.Action.INSERT)) {
        analyzer
            .analysis()
            .objections()
            .add(ErrorCode.WRITE_NOT_MERGEABLE, "MERGE in WITH, of rows that it inserts,");
      }
      merge.whens().forEach(when -> keys.add(when.assignments()));
    }
    analyzer.analysis().objections().add(keys.changes());
  }

  private Scope open(Query.@Nullable With with) {
    return new Scope(null, analyzer.with(with, null, outer));
  }

  private TableVariable target(FromItem.Table node, Scope scope) {
    TableVariable target = analyzer.variable(node);
    analyzer.analysis().tables().add(target);
    scope.add(target);
    return target;
  }

  private Result insert(Insert insert) {
    CommonTables visible = analyzer.with(insert.with(), null, outer);
    Analyzer.Result rows = null;
    if (insert.source() != null) {
      rows = analyzer.query(insert.source(), null, visible, v -> false);
    }
    Scope scope = new Scope(null, visible);
    TableVariable target = target(insert.target(), scope);
    Scope conflict = new Scope(scope, visible);
    List<String> columns =
        target.shape().stream()
            .flatMap(shape -> shape.columns().stream())
            .map(ColumnShape::name)
            .toList();
    conflict.add(
        new OpaqueVariable(analyzer.newId(), "excluded", columns) // never binds a key
        );
    if (insert.onConflict() != null) {
      analyzer.walk(insert.onConflict(), conflict);
    }
    analyzer.walk(insert.returning(), scope);
    return new Result(target, scope, List.of(), rows);
  }

  private Result copy(CopyRows copy) {
    Scope scope = new Scope(null, outer);
    TableVariable target = target(copy.target(), scope);
    where(copy.where(), scope);
    return new Result(target, scope, List.of(), null);
  }

  private Result update(Update update) {
    Scope scope = open(update.with());
    TableVariable target = target(update.target(), scope);
    List<Source> sources = from(update.from(), scope);
    where(update.where(), scope);
    for (Assignment assignment : update.assignments()) {
      analyzer.walk(assignment, scope);
    }
    analyzer.walk(update.returning(), scope);
    return new Result(target, scope, sources, null);
  }

  private Result delete(Delete delete) {
    Scope scope = open(delete.with());
    TableVariable target = target(delete.target(), scope);
    List<Source> sources = from(delete.using(), scope);
    where(delete.where(), scope);
    analyzer.walk(delete.returning(), scope);
    return new Result(target, scope, sources, null);
  }

  private List<Source> from(List<FromItem> items, Scope scope) {
    List<Source> sources = new ArrayList<>();
    for (FromItem item : items) {
      sources.add(analyzer.fromClause().add(item, scope));
    }
    return sources;
  }

  private void where(@Nullable Expr condition, Scope scope) {
    if (condition != null) {
      new Conditions(analyzer, scope, scope::owns).require(condition);
      analyzer.walk(condition, scope);
    }
  }

  /**
   * MERGE joins its source to its target. A target row that no source row meets is left alone,
   * unless WHEN NOT MATCHED BY SOURCE says otherwise; a source row that meets no target row matters
   * only where WHEN NOT MATCHED does something with it.
   */
  private Result merge(MergeInto merge) {
    Scope scope = open(merge.with());
    TableVariable target = target(merge.target(), scope);
    Source source = analyzer.fromClause().add(merge.source(), scope);
    boolean keepsTarget = false;
    boolean keepsSource = false;
    for (MergeInto.When when : merge.whens()) {
      keepsTarget |= when.match() == MergeInto.Match.NOT_MATCHED_BY_SOURCE;
      keepsSource |=
          when.match() == MergeInto.Match.NOT_MATCHED && when.action() != MergeInto.Action.NOTHING;
    }
    Set<Integer> targets = new TreeSet<>();
    if (!keepsTarget) {
      targets.add(target.id());
    }
    if (!keepsSource) {
      scope.variables().stream().skip(1).forEach(v -> targets.add(v.id()));
    }
    new Conditions(analyzer, scope, targets::contains).require(merge.on());
    analyzer.walk(merge.on(), scope);
    analyzer.walk(merge.whens(), scope);
    analyzer.walk(merge.returning(), scope);
    return new Result(target, scope, List.of(source), null);
  }
}
