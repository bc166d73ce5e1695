package io.shardjdbc.routing.sql.parse;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.sql.Delete;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Insert;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Update;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Spans cover exactly the text of what they belong to. */
class SpansTest {

  private static String text(String sql, @Nullable Node node) {
    return requireNonNull(node).span().of(sql);
  }

  private static String text(String sql, @Nullable Span span) {
    return requireNonNull(span).of(sql);
  }

  @Test
  void thePartsOfAQueryCoverTheirText() {
    String sql =
        " select a.x, (b.y + 1) as z  from only s.t as a, u b"
            + " where ( a.k = ? ) and b.k in (1, (2)) limit 10 offset ? for update ; ";
    SelectStatement statement = (SelectStatement) SqlParser.parse(sql).statement();
    assertThat(statement.span().of(sql)).isEqualTo(sql.strip().replace(" ;", ""));
    Query query = statement.query();
    Query.Select select = (Query.Select) query.body();
    assertThat(select.itemsSpan().of(sql)).isEqualTo("a.x, (b.y + 1) as z");
    assertThat(select.items().get(1).span().of(sql)).isEqualTo("(b.y + 1) as z");
    assertThat(select.items().get(1).value().span().of(sql)).isEqualTo("(b.y + 1)");
    FromItem.Table table = (FromItem.Table) select.from().get(0);
    assertThat(table.span().of(sql)).isEqualTo("only s.t as a");
    assertThat(table.name().span().of(sql)).isEqualTo("s.t");
    assertThat(select.from().get(1).span().of(sql)).isEqualTo("u b");
    Expr.Logical where = (Expr.Logical) requireNonNull(select.where());
    assertThat(text(sql, where)).isEqualTo("( a.k = ? ) and b.k in (1, (2))");
    assertThat(where.operands().get(0).span().of(sql)).isEqualTo("( a.k = ? )");
    Expr.In in = (Expr.In) where.operands().get(1);
    assertThat(in.items().get(1).span().of(sql)).isEqualTo("(2)");
    assertThat(text(sql, query.limitSpan())).isEqualTo("limit 10 offset ?");
    assertThat(text(sql, query.limit())).isEqualTo("10");
    assertThat(query.locking().get(0).span().of(sql)).isEqualTo("for update");
    assertThat(select.span().of(sql)).endsWith("(1, (2))");
  }

  @Test
  void thePartsOfAnInsertCoverTheirText() {
    String sql =
        "/* c */ insert into s.t as x (a, \"b\") values (?, default), ((1), f(2))"
            + " on conflict (a) do update set b = excluded.b returning a, b as c";
    Insert insert = (Insert) SqlParser.parse(sql).statement();
    assertThat(insert.span().of(sql)).isEqualTo(sql.substring(8));
    assertThat(insert.target().span().of(sql)).isEqualTo("s.t as x");
    assertThat(text(sql, insert.columnsSpan())).isEqualTo("(a, \"b\")");
    Query.Values values = (Query.Values) requireNonNull(insert.source()).body();
    assertThat(values.rows().stream().map(r -> r.span().of(sql)))
        .containsExactly("(?, default)", "((1), f(2))");
    assertThat(values.rows().get(1).items().get(0).span().of(sql)).isEqualTo("(1)");
    assertThat(text(sql, insert.onConflict()))
        .isEqualTo("on conflict (a) do update set b = excluded.b");
    assertThat(text(sql, insert.returningSpan())).isEqualTo("returning a, b as c");
  }

  @Test
  void thePartsOfUpdateDeleteAndMergeCoverTheirText() {
    String update = "update t x set (a, b) = (1, ?), c = 2 from u where x.k = 1 returning *";
    Update u = (Update) SqlParser.parse(update).statement();
    assertThat(u.target().span().of(update)).isEqualTo("t x");
    assertThat(u.assignments().get(0).span().of(update)).isEqualTo("(a, b) = (1, ?)");
    assertThat(u.assignments().get(0).value().span().of(update)).isEqualTo("(1, ?)");
    assertThat(text(update, u.where())).isEqualTo("x.k = 1");
    assertThat(text(update, u.returningSpan())).isEqualTo("returning *");
    String delete = "with w as (select 1) delete from t using w where true";
    Delete d = (Delete) SqlParser.parse(delete).statement();
    assertThat(d.span().of(delete)).isEqualTo(delete);
    assertThat(text(delete, d.with())).isEqualTo("with w as (select 1)");
    assertThat(requireNonNull(d.with()).tables().get(0).statement().span().of(delete))
        .isEqualTo("select 1");
    String merge =
        "merge into t using (select 1) s on true when matched then delete"
            + " when not matched then insert (a) values (1)";
    MergeInto m = (MergeInto) SqlParser.parse(merge).statement();
    assertThat(m.source().span().of(merge)).isEqualTo("(select 1) s");
    assertThat(m.whens().get(0).span().of(merge)).isEqualTo("when matched then delete");
    assertThat(text(merge, m.whens().get(1).values())).isEqualTo("(1)");
  }

  @Test
  void theOperandsOfSetOperatorsKeepTheirParentheses() {
    String sql = "(select 1) union all (select 2 limit 1) order by 1 fetch first row only";
    Query query = Shapes.query(sql);
    Query.SetOperation union = (Query.SetOperation) query.body();
    assertThat(union.span().of(sql)).isEqualTo("(select 1) union all (select 2 limit 1)");
    assertThat(union.right().span().of(sql)).isEqualTo("(select 2 limit 1)");
    assertThat(union.right().parenthesised()).isTrue();
    assertThat(text(sql, query.limitSpan())).isEqualTo("fetch first row only");
    String nested = "((select 1)) limit 2";
    Query.Nested inner = (Query.Nested) Shapes.query(nested).body();
    assertThat(inner.query().span().of(nested)).isEqualTo("((select 1))");
  }

  @Test
  void jdbcEscapesKeepTheirBraces() {
    String sql = "select {fn lower(a)}, {d '2020-01-01'} from {oj t left outer join u on true}";
    Query.Select select = Shapes.select(sql);
    assertThat(select.items().get(0).value().span().of(sql)).isEqualTo("{fn lower(a)}");
    assertThat(select.items().get(1).value().span().of(sql)).isEqualTo("{d '2020-01-01'}");
    assertThat(Shapes.of(select.items().get(1).value())).isEqualTo("'2020-01-01'::date");
    assertThat(select.from().get(0)).isInstanceOf(FromItem.Join.class);
  }

  @Test
  void everyNodeStandsWithinTheOneAboveItAndIsNotEmpty() {
    for (Corpora.Sample sample : Corpora.all()) {
      Statement statement = sample.parse().statement();
      Deque<Node> nodes = new ArrayDeque<>(List.of(statement));
      while (!nodes.isEmpty()) {
        Node node = nodes.pop();
        for (Node child : node.children()) {
          assertThat(child.span().start())
              .as(sample.sql())
              .isBetween(node.span().start(), node.span().end());
          assertThat(child.span().end()).as(sample.sql()).isLessThanOrEqualTo(node.span().end());
          nodes.push(child);
        }
      }
    }
  }
}
