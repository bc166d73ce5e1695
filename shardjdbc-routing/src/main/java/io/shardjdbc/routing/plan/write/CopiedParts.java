package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.effects.SystemColumns;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.CommonTables;
import io.shardjdbc.routing.plan.prove.Uses;
import io.shardjdbc.routing.plan.result.EverywherePlan;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query whose WITH writes reference tables, and which reads no others: as a row of a lookup table
 * is found or made. Every shard carries out the whole of it, if all do it alike.
 */
public final class CopiedParts {

  private CopiedParts() {}

  /** The plan, or null where it is no such query, or copies might come out differently. */
  public static @Nullable Plan plan(
      Tables tables, ParsedSql parsed, Hint hint, SelectStatement select) {
    Query query = select.query();
    Query.With with = query.with();
    if (tables.isAlone()
        || with == null
        || with.tables().stream().allMatch(t -> t.statement() instanceof SelectStatement)) {
      return null;
    }
    Analyzer analyzer = new Analyzer(tables);
    analyzer.query(query, null, CommonTables.none(), v -> false);
    Analysis analysis = analyzer.analysis();
    Uses uses = Uses.of(analysis, tables.catalog()).orNull();
    boolean alike =
        analysis.writesCopies() != null
            && analysis.refusal() == null
            && uses != null
            && ReferenceWrites.isAlike(analysis, uses)
            && analysis.rowOrder() == null
            && !analysis.locks()
            && SystemColumns.shownIn(query) == null;
    CopiedTexts texts = CopiedTexts.in(query, analysis.tables());
    Table first = analysis.tables().isEmpty() ? null : analysis.tables().get(0).table();
    if (!alike || first == null || texts.refusal(first) != null) {
      return null;
    }
    for (Query.CommonTable part : with.tables()) {
      if (!(part.statement() instanceof SelectStatement)
          && !isAlike(part.statement(), analysis.tables())) {
        return null;
      }
    }
    return new EverywherePlan(
        parsed,
        Effect.WRITE,
        hint,
        "reference tables",
        new Merge.SameOnAll(true),
        texts.values(first));
  }

  private static boolean isAlike(Statement statement, List<TableVariable> tables) {
    if (statement instanceof MergeInto) {
      return false;
    }
    for (TableVariable table : tables) {
      if (ReferenceWrites.choice(table.table(), statement) != null
          || ReferenceWrites.defaultKeyword(table, statement) != null) {
        return false;
      }
    }
    return !(statement instanceof Insert insert) || fillsAlike(insert, tables);
  }

  @SuppressWarnings("ReferenceEquality") // that place in the text, not one that reads alike
  private static boolean fillsAlike(Insert insert, List<TableVariable> tables) {
    TableVariable target =
        tables.stream().filter(t -> t.node() == insert.target()).findFirst().orElse(null);
    if (target == null || target.shape().isEmpty() || insert.overriding() != null) {
      return false;
    }
    List<String> given =
        insert.columns().isEmpty() && insert.source() != null ? List.of() : insert.columns();
    boolean computes =
        target.shape().get().columns().stream()
            .filter(column -> !given.contains(column.name()))
            .map(ColumnShape::defaults)
            .anyMatch(CopiedParts::isComputed);
    return !computes;
  }

  private static boolean isComputed(io.shardjdbc.routing.catalog.Catalog.Default filled) {
    return switch (filled) {
      case NONE, CONSTANT -> false;
      case COMPUTED, REMEMBERED, SEQUENCE -> true;
    };
  }
}
