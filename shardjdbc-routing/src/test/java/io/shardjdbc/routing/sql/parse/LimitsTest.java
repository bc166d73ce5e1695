package io.shardjdbc.routing.sql.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** However long or deep a text is, it is parsed or refused: in linear time, on a small stack. */
class LimitsTest {

  private static final long SMALL_STACK = 512 * 1024L;

  /** Texts that nest as deeply as asked. */
  private static final List<IntFunction<String>> NESTED =
      List.of(
          n -> nested("select ", "(", "1", ")", n),
          n -> nested("select ", "a + (", "1", ")", n),
          n -> nested("select 1 where ", "a or (b and (", "c", "))", n),
          n -> nested("select ", "f(", "1", ")", n),
          n -> nested("select ", "case when a then b else ", "1", " end", n),
          n -> nested("select ", "not ", "a", "", n),
          n -> nested("select ", "- ", "a", "", n),
          n -> nested("select a", "::int", "", "", n),
          n -> nested("select a", " is null", "", "", n),
          n -> nested("select ", "array[", "1", "]", n),
          n -> nested("select ", "a[", "1", "]", n),
          n -> nested("select ", "(1, ", "1", ")", n),
          n -> nested("select ", "cast(", "1", " as int)", n),
          n -> nested("select ", "coalesce(1, ", "1", ")", n),
          n -> nested("select ", "{fn f(", "1", ")}", n),
          n -> nested("select ", "f() over (order by ", "1", ")", n),
          n -> nested("select ", "f() filter (where ", "a", ")", n),
          n -> nested("select a", " like (b", "", ")", n),
          n -> nested("select a", " between 1 and (b", "", ")", n),
          n -> nested("select ", "a = any (", "b", ")", n),
          n -> nested("select ", "(select ", "1", ")", n),
          n -> nested("", "select 1 where exists (", "select 1", ")", n),
          n -> nested("", "select 1 where a in (", "select 1", ")", n),
          n -> nested("", "select * from (", "select 1", ") x", n),
          n -> nested("select * from ", "(", "a", " join b on true)", n),
          n -> nested("select * from a", " join b", "", " on true", n),
          n -> nested("select * from a", " cross join b", "", "", n),
          n -> nested("", "with x as (", "select 1", ") select 1", n),
          n -> nested("", "(select 1 union ", "select 2", ")", n),
          n -> nested("select 1", " except select 1", "", "", n),
          n -> nested("select 1 group by ", "grouping sets (", "a", ")", n),
          n -> nested("", "explain ", "select 1", "", n),
          n -> nested("insert into t ", "(", "select 1", ")", n),
          n -> nested("", "/* ", "", " */", n),
          n -> nested("select '", "''", "", "'", n));

  private static String nested(String before, String open, String core, String close, int n) {
    return before + open.repeat(n) + core + close.repeat(n);
  }

  /** What parsing, and a recursive walk of the tree, throw on a small stack; null for nothing. */
  private static @Nullable Throwable onSmallStack(String sql) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                walk(SqlParser.parse(sql).statement());
              } catch (Throwable e) {
                thrown.set(e);
              }
            },
            "small stack",
            SMALL_STACK);
    thread.start();
    thread.join();
    return thrown.get();
  }

  private static int walk(Node node) {
    int size = 1;
    for (Node child : node.children()) {
      size += walk(child);
    }
    return size;
  }

  @Test
  void deepNestingIsParsedOrRefusedWithoutOverflowingASmallStack() throws InterruptedException {
    for (IntFunction<String> text : NESTED) {
      for (int depth : new int[] {1, 10, 50, 90, 130, 200, 300, 400, 500, 1000, 2000, 50_000}) {
        Throwable thrown = onSmallStack(text.apply(depth));
        if (thrown != null) {
          assertThat(thrown)
              .as(text.apply(1) + " nested " + depth)
              .isInstanceOf(SqlSyntaxException.class);
        }
      }
    }
  }

  @Test
  void fortyLevelsOfAnythingAreUnderstood() {
    for (IntFunction<String> text : NESTED) {
      String sql = text.apply(40);
      if (!sql.startsWith("select '")) {
        assertThat(SqlParser.parse(sql).statement()).isNotNull();
      }
    }
  }

  @Test
  void whatIsTooDeepOrTooLongSaysSo() {
    assertThatThrownBy(() -> SqlParser.parse(nested("select ", "f(", "1", ")", 5000)))
        .isInstanceOfSatisfying(
            SqlSyntaxException.class,
            e -> assertThat(e.reason()).isEqualTo(SqlSyntaxException.Reason.TOO_DEEP));
    assertThatThrownBy(() -> SqlParser.parse("select 1" + " ".repeat(SqlParser.MAX_LENGTH)))
        .isInstanceOfSatisfying(
            SqlSyntaxException.class,
            e -> assertThat(e.reason()).isEqualTo(SqlSyntaxException.Reason.TOO_LARGE));
  }

  @Test
  void longChainsAreFlat() throws InterruptedException {
    Expr.Logical or = (Expr.Logical) Shapes.expression("a = 1" + " or a = 1".repeat(4999));
    assertThat(or.operands()).hasSize(5000);
    Expr.Chain plus = (Expr.Chain) Shapes.expression("1" + " + 1 - 2".repeat(2500));
    assertThat(plus.operands()).hasSize(5001);
    assertThat(plus.operators()).hasSize(5000).startsWith("+", "-", "+").endsWith("+", "-");
    Expr.Chain concatenation = (Expr.Chain) Shapes.expression("a" + " || b * 2".repeat(5000));
    assertThat(concatenation.operands()).hasSize(5001);
    assertThat(Shapes.of(concatenation.operands().get(7))).isEqualTo("(b * 2)");
    Expr.Operation compared =
        (Expr.Operation) Shapes.expression("a" + " + 1".repeat(5000) + " = b");
    assertThat(compared.left()).isInstanceOf(Expr.Chain.class);
    assertThat(Shapes.of("a" + " + 1".repeat(3))).isEqualTo("(((a + 1) + 1) + 1)");
    for (String sql :
        List.of(
            "select 1" + " union all select 1".repeat(5000),
            "select 1" + " union select 1".repeat(5000) + " order by 1",
            "select 1" + " intersect select 1".repeat(5000),
            "(select 1)" + " union all (select 1 limit 1)".repeat(5000),
            "select a" + " and a or b".repeat(5000),
            "select a" + " || any (b)".repeat(100))) {
      assertThat(onSmallStack(sql)).as(sql.substring(0, 40)).isNull();
    }
  }

  @Test
  void aLongUnionKeepsItsOperandsInTheirOrder() {
    StringBuilder sql = new StringBuilder("select 0");
    for (int i = 1; i < 100; i++) {
      sql.append(" union all select ").append(i);
    }
    List<String> values = new ArrayList<>();
    collect(Shapes.query(sql.toString()), values);
    assertThat(values).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(values.get(i)).isEqualTo(Integer.toString(i));
    }
    Query.SetOperation whole = (Query.SetOperation) Shapes.query(sql.toString()).body();
    assertThat(whole.span().of(sql.toString())).isEqualTo(sql.toString());
  }

  private static void collect(Query query, List<String> into) {
    if (query.body() instanceof Query.SetOperation operation) {
      collect(operation.left(), into);
      collect(operation.right(), into);
    } else if (query.body() instanceof Query.Select select) {
      into.add(Shapes.of(select.items().get(0).value()));
    }
  }

  @Test
  void listsOfTenThousandAreUnderstood() {
    Expr.In in = (Expr.In) Shapes.expression("a in (?" + ", ?".repeat(9999) + ")");
    assertThat(in.items()).hasSize(10_000);
    assertThat(((Expr.Parameter) in.items().get(9999)).index()).isEqualTo(10_000);
    Query.Values values =
        (Query.Values) Shapes.query("values (1, 'a')" + ", (1, 'a')".repeat(9999)).body();
    assertThat(values.rows()).hasSize(10_000);
  }
}
