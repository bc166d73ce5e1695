package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides how the rows of a query that is co-located merge.
 *
 * @param edits how the text for the shards differs from the caller's
 * @param isOfTextOrder whether it is known to go by an order of text that only servers know
 * @param isCertain whether it is right whatever types the columns turn out to have
 */
record SelectMerge(
    List<Edit> edits,
    Spread.MergeRule rule,
    String description,
    boolean isOfTextOrder,
    boolean isCertain) {

  private static final Map<String, Merge.Total> TOTALS =
      Map.of(
          "count", Merge.Total.COUNT,
          "sum", Merge.Total.SUM,
          "min", Merge.Total.MIN,
          "max", Merge.Total.MAX,
          "bool_and", Merge.Total.BOOL_AND,
          "every", Merge.Total.BOOL_AND,
          "bool_or", Merge.Total.BOOL_OR);

  /** Refused where Java cannot merge what the shards would answer. */
  static Found<SelectMerge> of(
      ParsedSql parsed, Query query, Source source, Proof proof, Analyzer analyzer) {
    if (source instanceof Source.Block block && query.body() instanceof Query.Select select) {
      if (!Colocation.rowsDistribute(block, proof)) {
        return refused("a join");
      }
      if (!Colocation.groupsByKey(block, proof)) {
        return select.groupBy().isEmpty()
            ? totals(query, select, block, analyzer)
            : GroupMerge.of(parsed, query, select, block, analyzer);
      }
      if (!Colocation.windowsByKey(block, proof)) {
        return refused("a window function");
      }
      if (!Colocation.distinctByKey(block, proof)) {
        return refused("SELECT DISTINCT");
      }
      return rows(parsed, query, select, analyzer);
    }
    if (source instanceof Source.Combined combined
        && Colocation.distributes(uncut(combined), proof)) {
      return rows(parsed, query, null, analyzer);
    }
    return refused(
        source instanceof Source.Combined combined ? combined.operator().name() : "a sub-query");
  }

  private static Source uncut(Source.Combined c) {
    return new Source.Combined(
        c.operator(), c.all(), c.leftRows(), c.left(), c.rightRows(), c.right(), false);
  }

  static <T> Found<T> refused(String clause) {
    return Found.refused(ErrorCode.UNSUPPORTED_CLAUSE, clause);
  }

  private static Found<SelectMerge> rows(
      ParsedSql parsed, Query query, Query.@Nullable Select select, Analyzer analyzer) {
    return Limit.of(query)
        .then(
            limit ->
                query.orderBy().isEmpty()
                    ? Found.of(unsorted(query, limit))
                    : Sorting.of(
                            parsed, query, select, scope(select, analyzer), new Origins(analyzer))
                        .map(sorting -> sorted(query, limit, sorting)));
  }

  static String bounds(Limit limit) {
    return (limit.count() == null ? "" : ", limit") + (limit.skip() == null ? "" : ", offset");
  }

  private static SelectMerge unsorted(Query query, Limit limit) {
    return new SelectMerge(
        limit.edits(query),
        values -> new Merge.Concatenate(limit.skip(values), limit.count(values)),
        "concatenate" + bounds(limit),
        false,
        true);
  }

  private static SelectMerge sorted(Query query, Limit limit, Sorting sorting) {
    List<Edit> edits = new ArrayList<>(limit.edits(query));
    edits.addAll(sorting.edits());
    List<Merge.SortKey> keys = List.copyOf(sorting.keys());
    int hidden = sorting.hiddenColumns();
    return new SelectMerge(
        edits,
        values ->
            new Merge.Sorted(
                keys, hidden, limit.skip(values), limit.count(values), limit.withTies()),
        "merge sorted by " + labels(keys) + bounds(limit),
        keys.stream().anyMatch(key -> key.text() == Merge.TextOrder.COLLATED),
        sorting.isCertain());
  }

  static @Nullable Scope scope(Query.@Nullable Select select, Analyzer analyzer) {
    return select == null ? null : analyzer.analysis().scopes().get(select);
  }

  static String labels(List<Merge.SortKey> keys) {
    List<String> labels = new ArrayList<>();
    for (Merge.SortKey key : keys) {
      String direction = key.descending() ? " desc" : "";
      boolean usual = key.nullsFirst() == key.descending();
      String nulls = usual ? "" : key.nullsFirst() ? " nulls first" : " nulls last";
      labels.add(key.label() + direction + nulls);
    }
    return String.join(", ", labels);
  }

  private static Found<SelectMerge> totals(
      Query query, Query.Select select, Source.Block block, Analyzer analyzer) {
    if (select.having() != null) {
      return refused("HAVING");
    }
    if (!block.windows().isEmpty() || block.distinct() != Query.Distinct.NONE) {
      return refused("DISTINCT or a window function over aggregates");
    }
    if (query.limit() != null || query.offset() != null) {
      return refused("LIMIT over aggregates");
    }
    List<Merge.Total> columns = new ArrayList<>();
    Scope scope = scope(select, analyzer);
    Origins origins = new Origins(analyzer);
    boolean certain = true;
    Objections against = new Objections();
    for (Query.SelectItem item : select.items()) {
      Found<Merge.Total> total = total(item.value());
      against.add(total.why());
      Merge.Total column = total.fold(found -> found, why -> Merge.Total.COUNT);
      columns.add(column);
      certain &= KnownTypes.isTotal(column, item.value(), scope, origins);
    }
    boolean known = certain;
    return against.unless(
        () ->
            new SelectMerge(
                List.of(),
                values -> new Merge.Totals(columns),
                "combine " + columns,
                false,
                known));
  }

  static Found<Merge.Total> total(Expr value) {
    if (!(value instanceof Expr.Call call) || !Functions.isAggregate(call)) {
      return refused("an expression over aggregates");
    }
    Merge.Total total = TOTALS.get(call.name().last());
    if (total == null || call.distinct() || call.withinGroup() || call.special()) {
      return refused(
          "aggregate " + call.name().last() + (call.distinct() ? " of DISTINCT values" : ""));
    }
    return Found.of(total);
  }
}
