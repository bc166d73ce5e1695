package io.shardjdbc.routing.plan.read;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.Source;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.prove.Analyzer;
import io.shardjdbc.routing.plan.prove.Origins;
import io.shardjdbc.routing.plan.prove.Positions;
import io.shardjdbc.routing.plan.prove.Scope;
import io.shardjdbc.routing.plan.prove.ValueShape;
import io.shardjdbc.routing.plan.result.Home;
import io.shardjdbc.routing.plan.result.PartialColumn;
import io.shardjdbc.routing.plan.result.Regrouping;
import io.shardjdbc.routing.plan.result.Template;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans a UNION whose branches each shard can answer for its own rows: it removes the duplicates
 * among these, and one server those that are left.
 *
 * <p>What a last UNION without ALL joins has no duplicates, whatever stands between the branches
 * before it.
 */
final class UnionPlanner {

  private final ParsedSql parsed;
  private final Query query;
  private final Analyzer analyzer;
  private final Origins origins;
  private final List<SelectList> branches = new ArrayList<>();
  private final Objections against = new Objections();

  /** Refused where it is another set operation, or its columns are not known. */
  static Found<UnionPlanner> of(ParsedSql parsed, Analyzer analyzer, Query query) {
    if (!(query.body() instanceof Query.SetOperation last) || last.all() || query.parenthesised()) {
      return Found.refused(ErrorCode.UNSUPPORTED_CLAUSE, "a set operation other than UNION");
    }
    UnionPlanner planner = new UnionPlanner(parsed, analyzer, query);
    planner.collect(last);
    planner.check();
    return planner.against.unless(() -> planner);
  }

  private UnionPlanner(ParsedSql parsed, Analyzer analyzer, Query query) {
    this.parsed = parsed;
    this.query = query;
    this.analyzer = analyzer;
    this.origins = new Origins(analyzer);
  }

  private void check() {
    List<String> names = branches.isEmpty() ? List.of() : branches.get(0).names();
    if (names.isEmpty() || branches.stream().anyMatch(b -> b.names().size() != names.size())) {
      refuse("a UNION of other columns");
    }
    query.orderBy().forEach(item -> checkOrder(item, names));
  }

  private void collect(Query.SetOperation operation) {
    if (operation.operator() != Query.SetOperator.UNION) {
      refuse(operation.operator().name());
    }
    for (Query branch : operation.children()) {
      if (branch.body() instanceof Query.SetOperation inner) {
        collect(inner);
      } else if (branch.body() instanceof Query.Select select) {
        Scope scope = analyzer.analysis().scopes().get(select);
        if (scope == null) {
          refuse("a branch that was not analysed");
        } else {
          add(SelectList.of(parsed.sql(), select, scope, origins));
        }
      } else {
        refuse("a branch of UNION that is no SELECT");
      }
    }
  }

  private void add(Found<SelectList> branch) {
    against.add(branch.why());
    SelectList list = branch.orNull();
    if (list != null) {
      branches.add(list);
    }
  }

  private void checkOrder(Query.SortItem item, List<String> names) {
    boolean column =
        item.value() instanceof Expr.Column named
            && named.name().parts().size() == 1
            && names.contains(named.name().last());
    if (item.using() != null || !(column || Positions.number(item.value()) > 0)) {
      refuse("ORDER BY of a set operation by a column we cannot place");
    }
  }

  /** The operation as if every row of every branch came through. */
  static Source.Combined withDuplicates(Source.Combined c) {
    return new Source.Combined(
        c.operator(),
        true,
        c.leftRows(),
        c.left() instanceof Source.Combined left && !left.limited()
            ? withDuplicates(left)
            : c.left(),
        c.rightRows(),
        c.right() instanceof Source.Combined right && !right.limited()
            ? withDuplicates(right)
            : c.right(),
        false);
  }

  Regrouping plan(Targets anchors, ShardMap map) {
    List<PartialColumn> parts = new ArrayList<>();
    List<Regrouping.Column> columns = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    List<String> names = branches.get(0).names();
    for (int i = 0; i < names.size(); i++) {
      int position = i;
      PartialColumn part =
          new PartialColumn(
              "p" + (i + 1),
              PartialColumn.Kind.KEY,
              List.of(),
              ValueShape.common(branches.stream().map(b -> b.shapes().get(position)).toList()));
      parts.add(part);
      columns.add(new Regrouping.Column(part.quoted(), types -> part.quoted()));
      shown.add(part.quoted() + " AS " + Identifiers.quote(names.get(i)));
    }
    Template own = new Template(parsed).write("SELECT " + Regrouping.texts(parts) + " FROM (");
    if (query.with() != null) {
      own.copy(query.with().span()).write(" ");
    }
    own.copy(query.body().span()).write(") AS \"shardjdbc:parts\" (");
    own.write(String.join(", ", parts.stream().map(PartialColumn::quoted).toList())).write(")");
    return new Regrouping(
        parsed,
        Home.of(parsed.sql()),
        anchors,
        new Regrouping.Parts(own.finished(), parts, columns),
        new Regrouping.LastStep(
            List.of("SELECT " + String.join(", ", shown)),
            List.of(" ", new Span(query.body().span().end(), query.span().end()))),
        map,
        new Regrouping.Words("rows of each shard, put together", "by all columns"));
  }

  private void refuse(String clause) {
    against.add(ErrorCode.UNSUPPORTED_CLAUSE, clause);
  }
}
