package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.ValueShape;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.PartialColumn;
import io.shardjdbc.routing.plan.result.Regrouping;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Merge.SortKey;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans a query whose rows each shard can find and sort, in an order that only a server knows: one
 * of them sorts the rows that the shards send once more.
 *
 * <p>With a LIMIT these are few, however large the tables are.
 */
final class ResortPlanner {

  private final ParsedSql parsed;
  private final Query query;
  private final Limit limit;
  private final Sorting sorting;
  private final List<PartialColumn> parts = new ArrayList<>();
  private final List<String> names;

  /** Refused where the names of the columns are not known, or how they are sorted. */
  static Found<ResortPlanner> of(
      ParsedSql parsed, Analyzer analyzer, Query query, Query.Select select) {
    Scope known = analyzer.analysis().scopes().get(select);
    if (known == null || query.parenthesised() || query.orderBy().isEmpty()) {
      return refused("a query in parentheses");
    }
    Origins origins = new Origins(analyzer);
    return Sorting.of(parsed, query, select, known, origins)
        .then(
            sorting ->
                SelectList.of(parsed.sql(), select, known, origins)
                    .then(list -> of(parsed, query, sorting, list, known, origins)));
  }

  private static Found<ResortPlanner> of(
      ParsedSql parsed,
      Query query,
      Sorting sorting,
      SelectList list,
      Scope scope,
      Origins origins) {
    if (list.names().isEmpty()) {
      return refused("rows without columns");
    }
    for (SortKey key : sorting.keys()) {
      if (key.column() > list.names().size()) { // the server says so, of the whole text
        return refused("ORDER BY a position that is not in the list");
      }
    }
    List<ValueShape> shapes = new ArrayList<>(list.shapes());
    sorting.hidden().forEach(value -> shapes.add(ValueShape.of(value, scope, origins)));
    return Limit.of(query)
        .map(limit -> new ResortPlanner(parsed, query, limit, sorting, list.names(), shapes));
  }

  private ResortPlanner(
      ParsedSql parsed,
      Query query,
      Limit limit,
      Sorting sorting,
      List<String> names,
      List<ValueShape> shapes) {
    this.parsed = parsed;
    this.query = query;
    this.limit = limit;
    this.sorting = sorting;
    this.names = names;
    for (int i = 0; i < shapes.size(); i++) {
      int position = i + 1;
      boolean sorts = sorting.keys().stream().anyMatch(key -> position(key, shapes) == position);
      PartialColumn.Kind kind = sorts ? PartialColumn.Kind.SORTED : PartialColumn.Kind.VALUE;
      parts.add(new PartialColumn("p" + position, kind, List.of(), shapes.get(i)));
    }
  }

  private static int position(SortKey key, List<?> columns) {
    return key.column() > 0 ? key.column() : columns.size() + 1 + key.column();
  }

  Regrouping plan(Targets anchors, ShardMap map) {
    Template own = new Template(parsed);
    own.write("SELECT " + Regrouping.texts(parts) + " FROM (");
    List<Edit> edits = new ArrayList<>(limit.edits(query));
    edits.addAll(sorting.edits());
    own.copy(query.span(), edits);
    own.write(
        ") AS \"shardjdbc:parts\" ("
            + list(parts.stream().map(PartialColumn::quoted).toList())
            + ")");
    List<Regrouping.Column> columns = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String part = parts.get(i).quoted();
      columns.add(new Regrouping.Column(part, types -> part));
      if (i < names.size()) {
        shown.add(part + " AS " + Identifiers.quote(names.get(i)));
      }
    }
    return new Regrouping(
        parsed,
        Home.of(parsed.sql()),
        anchors,
        new Regrouping.Parts(own.finished(), parts, columns),
        new Regrouping.LastStep(List.of("SELECT " + list(shown)), behindRows()),
        map,
        new Regrouping.Words(
            "rows of each shard, sorted again", "by " + SelectMerge.labels(sorting.keys())));
  }

  private List<Object> behindRows() {
    List<String> order = new ArrayList<>();
    for (SortKey key : sorting.keys()) {
      order.add(
          parts.get(position(key, parts) - 1).quoted()
              + (key.descending() ? " DESC" : " ASC")
              + (key.nullsFirst() ? " NULLS FIRST" : " NULLS LAST"));
    }
    List<Object> pieces = new ArrayList<>();
    pieces.add(" ORDER BY " + list(order) + " ");
    Span limit = query.limitSpan();
    if (limit != null) {
      pieces.add(limit);
    }
    return pieces;
  }

  private static String list(List<String> words) {
    return String.join(", ", words);
  }

  private static Found<ResortPlanner> refused(String clause) {
    return Found.refused(ErrorCode.UNSUPPORTED_CLAUSE, clause);
  }
}
