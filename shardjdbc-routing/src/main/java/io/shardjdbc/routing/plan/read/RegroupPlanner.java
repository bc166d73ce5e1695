package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.prove.SameExpression;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.PartialColumn;
import io.shardjdbc.routing.plan.result.Regrouping;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.plan.result.Template.Edit;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Plans a statement whose groups are spread over shards, where the rows they are made of are the
 * sum of the shards' rows.
 */
final class RegroupPlanner {

  /** Functions that would see that a column stands in the place of an expression. */
  private static final Set<String> CURIOUS = Set.of("grouping", "pg_typeof", "pg_column_size");

  private final ParsedSql parsed;
  private final Query query;
  private final Query.Select select;
  private final boolean aggregated;
  private final GroupParts parts;
  private final SameExpression same;
  private final List<Expr> keys;
  private final List<Edit> edits = new ArrayList<>();
  private final Objections against = new Objections();

  /** Refused where groups cannot be put together from smaller ones. */
  static Found<RegroupPlanner> of(
      ParsedSql parsed, Analyzer analyzer, Query query, Query.Select select, Source.Block block) {
    Scope scope = analyzer.analysis().scopes().get(select);
    if (scope == null || select.into() != null || query.parenthesised()) {
      return Found.refused(ErrorCode.UNSUPPORTED_CLAUSE, "a query in parentheses");
    }
    if (!block.aggregated()
        && (block.distinct() != Query.Distinct.ALL || !block.windows().isEmpty())) {
      return Found.refused(ErrorCode.UNSUPPORTED_CLAUSE, "rows that are no groups");
    }
    RegroupPlanner planner =
        new RegroupPlanner(parsed, query, select, block, scope, new Origins(analyzer));
    if (planner.parts.parts().isEmpty()) {
      planner.refuse("groups of nothing");
    }
    return planner.against.unless(() -> planner);
  }

  private RegroupPlanner(
      ParsedSql parsed,
      Query query,
      Query.Select select,
      Source.Block block,
      Scope scope,
      Origins origins) {
    this.parsed = parsed;
    this.query = query;
    this.select = select;
    this.aggregated = block.aggregated();
    this.same = new SameExpression(parsed.sql(), scope);
    this.parts = new GroupParts(scope, origins, same, against);
    this.keys = new GroupKeys(select, scope, against).find(aggregated);
    keys.forEach(key -> parts.column(key, PartialColumn.Kind.KEY));
    select.distinctOn().forEach(this::replace);
    select.items().forEach(item -> replace(item.value()));
    if (select.having() != null) {
      replace(select.having());
    }
    select.windows().forEach(this::replace);
    query.orderBy().forEach(this::order);
    edits.sort(Comparator.comparingInt(edit -> edit.span().start()));
  }

  Found<Regrouping> plan(Targets anchors, ShardMap map) {
    Template own = parts();
    Regrouping regrouping =
        new Regrouping(
            parsed,
            Home.of(parsed.sql()),
            anchors,
            new Regrouping.Parts(own.finished(), parts.parts(), parts.columns()),
            new Regrouping.LastStep(beforeGroups(), behindGroups()),
            map,
            new Regrouping.Words("groups of each shard, put together", parts.words()));
    return against.unless(() -> regrouping);
  }

  /** Each key and each aggregate of an expression over groups becomes a column of the groups. */
  private void replace(Node node) {
    if (node instanceof Query) {
      refuse("a sub-query over groups");
      return;
    }
    if (node instanceof Expr e && isColumnOfGroups(e)) {
      edits.add(Edit.replace(e.span(), parts.column(e, PartialColumn.Kind.DEPENDENT)));
      return;
    }
    if (node instanceof Expr.Call call && CURIOUS.contains(call.name().last())) {
      refuse("function " + call.name().last() + " over groups");
    }
    node.eachChild(this::replace);
  }

  private boolean isColumnOfGroups(Expr e) {
    if (keys.stream().anyMatch(key -> same.test(key, e))) {
      return true;
    }
    if (e instanceof Expr.Column column) {
      if (column.star() || !aggregated || keys.isEmpty()) {
        refuse("a column that is not grouped by");
      }
      return true; // the server knows whether it depends on the keys
    }
    return e instanceof Expr.Call call && Functions.isAggregate(call);
  }

  /** A bare name or number in ORDER BY is a column of the answer, and stays. */
  private void order(Query.SortItem item) {
    if (item.using() != null) {
      refuse("ORDER BY USING");
    }
    Expr value = item.value();
    boolean answer = Positions.number(value) > 0;
    if (value instanceof Expr.Column column && column.name().parts().size() == 1) {
      String name = column.name().last();
      answer |=
          select.items().stream().anyMatch(other -> name.equals(SelectList.nameOf(other, against)));
    }
    if (!answer) {
      replace(value);
    }
  }

  private Template parts() {
    Template text = new Template(parsed);
    if (query.with() != null) {
      text.copy(query.with().span()).write(" ");
    }
    text.write("SELECT " + Regrouping.texts(parts.parts()));
    String comma = "";
    text.write(" FROM (SELECT ");
    List<String> positions = new ArrayList<>();
    for (int i = 0; i < parts.parts().size(); i++) {
      PartialColumn part = parts.parts().get(i);
      Regrouping.append(text.write(comma).write("("), part.pieces());
      text.write(") AS ").write(part.quoted());
      if (part.groupsTheParts()) {
        positions.add(String.valueOf(i + 1));
      }
      comma = ", ";
    }
    List<FromItem> from = select.from();
    text.write(" FROM ").copy(from.get(0).span().to(from.get(from.size() - 1).span()));
    if (select.where() != null) {
      text.write(" WHERE ").copy(select.where().span());
    }
    if (!positions.isEmpty()) {
      text.write(" GROUP BY ").write(String.join(", ", positions));
    }
    return text.write(") AS \"shardjdbc:parts\"");
  }

  private List<Object> beforeGroups() {
    List<Object> pieces = new ArrayList<>();
    edited(new Span(select.span().start(), select.itemsSpan().start()), pieces);
    String comma = "";
    for (Query.SelectItem item : select.items()) {
      pieces.add(comma);
      edited(item.span(), pieces);
      if (item.alias() == null) {
        pieces.add(" AS " + Identifiers.quote(SelectList.nameOf(item, against)));
      }
      comma = ", ";
    }
    return pieces;
  }

  private List<Object> behindGroups() {
    List<Object> pieces = new ArrayList<>();
    if (select.having() != null) {
      pieces.add(" WHERE ");
      edited(select.having().span(), pieces);
    }
    List<Query.Window> windows = select.windows();
    if (!windows.isEmpty()) {
      pieces.add(" WINDOW ");
      edited(windows.get(0).span().to(windows.get(windows.size() - 1).span()), pieces);
    }
    pieces.add(" ");
    edited(new Span(select.span().end(), query.span().end()), pieces);
    return pieces;
  }

  /** Appends a piece of the caller's text with columns in the place of what they stand for. */
  private void edited(Span span, List<Object> pieces) {
    int at = span.start();
    for (Edit edit : edits) {
      if (edit.span().start() >= at && edit.span().end() <= span.end()) {
        pieces.add(new Span(at, edit.span().start()));
        pieces.addAll(edit.pieces());
        at = edit.span().end();
      }
    }
    pieces.add(new Span(at, span.end()));
  }

  private void refuse(String clause) {
    against.add(ErrorCode.UNSUPPORTED_CLAUSE, clause);
  }
}
