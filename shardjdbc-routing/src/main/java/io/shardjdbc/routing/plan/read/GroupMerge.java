package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.SameExpression;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.ValueShape;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Merge.GroupColumn;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides whether Java puts together the groups that each shard makes of its rows.
 *
 * <p>It does where every column is a key or an aggregate that adds up, and every key is a column:
 * the shards get the caller's own text, and equal keys meet in a table of hashes. Whether the keys
 * are of types whose equality Java knows is seen when the rows are there; if not, a server puts the
 * groups together ({@link RegroupPlanner}), which it also does for all else that statements do with
 * groups.
 */
final class GroupMerge {

  private final Query query;
  private final Query.Select select;
  private final Scope scope;
  private final Origins origins;
  private final SameExpression same;
  private final Objections against = new Objections();

  private GroupMerge(
      ParsedSql parsed, Query query, Query.Select select, Scope scope, Analyzer analyzer) {
    this.query = query;
    this.select = select;
    this.scope = scope;
    this.origins = new Origins(analyzer);
    this.same = new SameExpression(parsed.sql(), scope);
  }

  /** Refused where only a server can put the groups together. */
  static Found<SelectMerge> of(
      ParsedSql parsed, Query query, Query.Select select, Source.Block block, Analyzer analyzer) {
    Scope scope = SelectMerge.scope(select, analyzer);
    if (scope == null || query.parenthesised()) {
      return SelectMerge.refused("GROUP BY in parentheses");
    }
    if (select.having() != null) {
      return SelectMerge.refused("HAVING");
    }
    if (!block.windows().isEmpty() || block.distinct() != Query.Distinct.NONE) {
      return SelectMerge.refused("DISTINCT or a window function over aggregates");
    }
    if (query.withTies()) {
      return SelectMerge.refused("WITH TIES over groups");
    }
    GroupMerge merge = new GroupMerge(parsed, query, select, scope, analyzer);
    List<GroupColumn> columns = merge.columns();
    return merge
        .against
        .unless(() -> columns)
        .then(found -> Limit.of(query))
        .then(limit -> merge.sorted(parsed, limit, columns));
  }

  /** Notes as objections what is neither a key nor an aggregate, and keys that are not shown. */
  private List<GroupColumn> columns() {
    List<Expr> keys = new GroupKeys(select, scope, against).find(true);
    Set<Expr> shown = new HashSet<>();
    List<GroupColumn> columns = new ArrayList<>();
    for (Query.SelectItem item : select.items()) {
      List<Expr> its = keys.stream().filter(key -> same.test(key, item.value())).toList();
      if (its.isEmpty()) {
        Found<Merge.Total> total = SelectMerge.total(item.value());
        against.add(total.why());
        columns.add(new GroupColumn(total.fold(found -> found, why -> Merge.Total.COUNT), false));
      } else {
        shown.addAll(its);
        ValueShape shape = ValueShape.of(item.value(), scope, origins);
        columns.add(new GroupColumn(null, shape.exactText()));
      }
    }
    if (!shown.containsAll(keys)) {
      against.add(SelectMerge.refused("a column of GROUP BY that is not selected").why());
    }
    return columns;
  }

  private Found<SelectMerge> sorted(ParsedSql parsed, Limit limit, List<GroupColumn> columns) {
    return Sorting.of(parsed, query, select, scope, origins)
        .then(
            sorting ->
                sorting.hiddenColumns() > 0 || sorting.keys().stream().anyMatch(this::isCollated)
                    ? SelectMerge.refused("ORDER BY over groups")
                    : Found.of(merge(limit, columns, sorting.keys())));
  }

  private boolean isCollated(Merge.SortKey key) {
    return key.text() == Merge.TextOrder.COLLATED;
  }

  private SelectMerge merge(Limit limit, List<GroupColumn> columns, List<Merge.SortKey> order) {
    String sorting = order.isEmpty() ? "" : ", sorted by " + SelectMerge.labels(order);
    return new SelectMerge(
        query.limitSpan() == null ? List.of() : List.of(new Edit(query.limitSpan(), List.of())),
        values -> new Merge.Groups(columns, order, limit.skip(values), limit.count(values)),
        "put together equal groups" + sorting + SelectMerge.bounds(limit),
        false,
        false);
  }
}
