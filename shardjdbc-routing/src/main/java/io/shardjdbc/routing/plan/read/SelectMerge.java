package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.result.Spread;
import io.shardjdbc.routing.plan.result.Template.Edit;
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
 */
record SelectMerge(
    List<Edit> edits, Spread.MergeRule rule, String description, boolean isOfTextOrder) {

  private static final Map<String, Merge.Total> TOTALS =
      Map.of(
          "count", Merge.Total.COUNT,
          "sum", Merge.Total.SUM,
          "min", Merge.Total.MIN,
          "max", Merge.Total.MAX,
          "bool_and", Merge.Total.BOOL_AND,
          "every", Merge.Total.BOOL_AND,
          "bool_or", Merge.Total.BOOL_OR);

  /**
   * @throws RoutingException where Java cannot merge what the shards would answer
   */
  static SelectMerge of(
      ParsedSql parsed, Query query, Source source, Proof proof, Analyzer analyzer) {
    if (source instanceof Source.Block block && query.body() instanceof Query.Select select) {
      if (!Colocation.rowsDistribute(block, proof)) {
        throw refused("a join");
      }
      if (!Colocation.groupsByKey(block, proof)) {
        return totals(query, select, block);
      }
      if (!Colocation.windowsByKey(block, proof)) {
        throw refused("a window function");
      }
      if (!Colocation.distinctByKey(block, proof)) {
        throw refused("SELECT DISTINCT");
      }
      return rows(parsed, query, select, analyzer);
    }
    if (source instanceof Source.Combined combined
        && Colocation.distributes(uncut(combined), proof)) {
      return rows(parsed, query, null, analyzer);
    }
    throw refused(
        source instanceof Source.Combined combined ? combined.operator().name() : "a sub-query");
  }

  private static Source uncut(Source.Combined c) {
    return new Source.Combined(
        c.operator(), c.all(), c.leftRows(), c.left(), c.rightRows(), c.right(), false);
  }

  private static RoutingException refused(String clause) {
    return new RoutingException(ErrorCode.UNSUPPORTED_CLAUSE, clause);
  }

  private static SelectMerge rows(
      ParsedSql parsed, Query query, Query.@Nullable Select select, Analyzer analyzer) {
    Limit limit = Limit.of(query);
    List<Edit> edits = new ArrayList<>(limit.edits(query));
    String bounds =
        (limit.count() == null ? "" : ", limit") + (limit.skip() == null ? "" : ", offset");
    if (query.orderBy().isEmpty()) {
      return new SelectMerge(
          edits,
          values -> new Merge.Concatenate(limit.skip(values), limit.count(values)),
          "concatenate" + bounds,
          false);
    }
    Sorting sorting =
        new Sorting(parsed, query, select, scope(select, analyzer), new Origins(analyzer));
    edits.addAll(sorting.edits());
    List<Merge.SortKey> keys = List.copyOf(sorting.keys());
    int hidden = sorting.hiddenColumns();
    return new SelectMerge(
        edits,
        values ->
            new Merge.Sorted(
                keys, hidden, limit.skip(values), limit.count(values), limit.withTies()),
        "merge sorted by " + labels(keys) + bounds,
        keys.stream().anyMatch(key -> key.text() == Merge.TextOrder.COLLATED));
  }

  private static @Nullable Scope scope(Query.@Nullable Select select, Analyzer analyzer) {
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

  private static SelectMerge totals(Query query, Query.Select select, Source.Block block) {
    if (!select.groupBy().isEmpty()) {
      throw refused("GROUP BY without the shard key");
    }
    if (select.having() != null) {
      throw refused("HAVING");
    }
    if (!block.windows().isEmpty() || block.distinct() != Query.Distinct.NONE) {
      throw refused("DISTINCT or a window function over aggregates");
    }
    if (query.limit() != null || query.offset() != null) {
      throw refused("LIMIT over aggregates");
    }
    List<Merge.Total> columns = new ArrayList<>();
    for (Query.SelectItem item : select.items()) {
      columns.add(total(item.value()));
    }
    return new SelectMerge(
        List.of(), values -> new Merge.Totals(columns), "combine " + columns, false);
  }

  private static Merge.Total total(Expr value) {
    if (!(value instanceof Expr.Call call) || !Functions.isAggregate(call)) {
      throw refused("an expression over aggregates");
    }
    Merge.Total total = TOTALS.get(call.name().last());
    if (total == null || call.distinct() || call.withinGroup() || call.special()) {
      throw refused(
          "aggregate " + call.name().last() + (call.distinct() ? " of DISTINCT values" : ""));
    }
    return total;
  }
}
