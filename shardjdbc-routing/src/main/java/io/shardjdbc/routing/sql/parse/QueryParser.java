package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads queries: set operators, and what stands around a query's body. */
final class QueryParser {

  private static final int UNION = 1;
  private static final int INTERSECT = 2;

  private final Grammar grammar;
  private final TokenStream in;

  QueryParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /** Whether a query without parentheses starts here. */
  boolean atQuery() {
    return in.atAny("select", "with", "table") || in.at("values", "(");
  }

  /** Whether what stands behind a query in parentheses makes it a part of a larger one. */
  boolean goesOn() {
    return in.atAny("union", "intersect", "except", "order", "limit", "offset", "fetch", "for");
  }

  /** A query, with or without parentheses around it. */
  Query query() {
    in.nesting.enter(NestingDepth.QUERY, in.start());
    int start = in.start();
    Query.With with = in.at("with") ? grammar.withs.with() : null;
    Query query = query(with, start);
    in.nesting.leave(NestingDepth.QUERY);
    return query;
  }

  /** A query whose WITH was read. */
  Query query(Query.@Nullable With with, int start) {
    return around(with, setOperations(operand(), UNION), start);
  }

  /** Goes on behind a query in parentheses. */
  Query rest(Query first, int start) {
    return around(null, setOperations(first, UNION), start);
  }

  private Query operand() {
    int start = in.start();
    if (in.at("(")) {
      in.nesting.enter(NestingDepth.QUERY, in.start());
      in.advance();
      Query query = query();
      in.expect(")");
      in.nesting.leave(NestingDepth.QUERY);
      return Widening.widen(query, in.spanFrom(start));
    }
    return plain(grammar.selects.body());
  }

  private static Query plain(Query.Body body) {
    return new Query(null, body, List.of(), null, null, false, null, List.of(), false, body.span());
  }

  private Query setOperations(Query first, int weakest) {
    Query left = first;
    int run = 0;
    while (in.atAny("union", "intersect", "except")) {
      Query.SetOperator operator = setOperator();
      int level = operator == Query.SetOperator.INTERSECT ? INTERSECT : UNION;
      if (level < weakest) {
        break;
      }
      boolean all = quantifier();
      List<Query> operands = new ArrayList<>();
      operands.add(left);
      do {
        operands.add(setOperand(level));
      } while (operator != Query.SetOperator.EXCEPT && acceptSame(operator, all));
      left = combine(operator, all, operands);
      run += operands.size() > LONG_CHAIN ? 1 : operands.size();
    }
    in.nesting.ran(run);
    return left;
  }

  private Query setOperand(int level) {
    Query right = operand();
    return level == UNION ? setOperations(right, INTERSECT) : right;
  }

  /** From so many operands on a chain is balanced. */
  private static final int LONG_CHAIN = 32;

  private Query combine(Query.SetOperator operator, boolean all, List<Query> operands) {
    if (operands.size() > LONG_CHAIN) {
      int middle = operands.size() / 2;
      return plain(
          operator,
          all,
          balanced(operator, all, operands.subList(0, middle)),
          balanced(operator, all, operands.subList(middle, operands.size())));
    }
    Query left = operands.get(0);
    for (Query right : operands.subList(1, operands.size())) {
      left = plain(operator, all, left, right);
    }
    return left;
  }

  private Query balanced(Query.SetOperator operator, boolean all, List<Query> operands) {
    if (operands.size() == 1) {
      return operands.get(0);
    }
    int middle = operands.size() / 2;
    return plain(
        operator,
        all,
        balanced(operator, all, operands.subList(0, middle)),
        balanced(operator, all, operands.subList(middle, operands.size())));
  }

  private static Query plain(Query.SetOperator operator, boolean all, Query left, Query right) {
    Span span = left.span().to(right.span());
    return plain(new Query.SetOperation(operator, all, left, right, span));
  }

  private Query.SetOperator setOperator() {
    return Query.SetOperator.valueOf(in.text().toUpperCase(java.util.Locale.ROOT));
  }

  /** Takes the operator at the cursor and says whether ALL follows. */
  private boolean quantifier() {
    in.advance();
    if (in.accept("distinct")) {
      return false;
    }
    return in.accept("all");
  }

  private boolean acceptSame(Query.SetOperator operator, boolean all) {
    if (!in.atAny("union", "intersect", "except")
        || setOperator() != operator
        || in.isNext(1, "all") != all) {
      return false;
    }
    quantifier();
    return true;
  }

  /** ORDER BY, LIMIT and row locks around a body; the query itself where there is nothing. */
  private Query around(Query.@Nullable With with, Query inner, int start) {
    List<Query.SortItem> orderBy = orderBy();
    Limits limits = new Limits();
    List<Query.Locking> locking = List.of();
    if (atLimit()) {
      limits.read();
      locking = locking();
    } else if (in.at("for")) {
      locking = locking();
      if (atLimit()) {
        limits.read();
      }
    }
    boolean nothing = with == null && orderBy.isEmpty() && limits.span == null && locking.isEmpty();
    if (nothing) {
      return inner;
    }
    refuseTwice(inner, with, orderBy, limits);
    Query.Body body = inner.parenthesised() ? new Query.Nested(inner, inner.span()) : inner.body();
    return new Query(
        with,
        body,
        orderBy,
        limits.limit,
        limits.offset,
        limits.withTies,
        limits.span,
        locking,
        false,
        in.spanFrom(start));
  }

  /** A query in parentheses takes each clause once, within them or behind them. */
  private void refuseTwice(
      Query inner, Query.@Nullable With with, List<Query.SortItem> orderBy, Limits limits) {
    boolean sorted = !orderBy.isEmpty();
    for (Query part = inner; part != null; ) {
      if ((with != null && part.with() != null)
          || (!orderBy.isEmpty() && !part.orderBy().isEmpty())
          || (limits.limit != null && part.limit() != null)
          || (limits.offset != null && part.offset() != null)) {
        throw new SqlSyntaxException("a clause that stands twice", part.span().start());
      }
      sorted |= !part.orderBy().isEmpty();
      part = part.body() instanceof Query.Nested nested ? nested.query() : null;
    }
    if (limits.withTies && !sorted) {
      throw new SqlSyntaxException("WITH TIES without ORDER BY", inner.span().start());
    }
  }

  private boolean atLimit() {
    return in.atAny("limit", "offset", "fetch") || in.at("{", "limit");
  }

  /** ORDER BY with its items; empty where there is none. */
  List<Query.SortItem> orderBy() {
    if (!in.accept("order")) {
      return List.of();
    }
    in.expect("by");
    in.nesting.enter(NestingDepth.CLAUSE, in.start());
    List<Query.SortItem> items = new ArrayList<>();
    do {
      items.add(sortItem());
    } while (in.accept(","));
    in.nesting.leave(NestingDepth.CLAUSE);
    return items;
  }

  private Query.SortItem sortItem() {
    int start = in.start();
    Expr value = grammar.expressions.expression();
    boolean descending = false;
    String using = null;
    if (in.accept("using")) {
      using = grammar.expressions.operator();
    } else if (!in.accept("asc")) {
      descending = in.accept("desc");
    }
    Query.Nulls nulls = Query.Nulls.DEFAULT;
    if (in.accept("nulls")) {
      nulls = in.accept("first") ? Query.Nulls.FIRST : Query.Nulls.LAST;
      if (nulls == Query.Nulls.LAST) {
        in.expect("last");
      }
    }
    return new Query.SortItem(value, descending, using, nulls, in.spanFrom(start));
  }

  private List<Query.Locking> locking() {
    List<Query.Locking> all = new ArrayList<>(1);
    while (in.at("for")) {
      int start = in.start();
      in.advance();
      if (in.accept("read")) {
        in.expect("only");
        break;
      }
      String strength = strength();
      List<Name> of = new ArrayList<>();
      if (in.accept("of")) {
        do {
          of.add(in.qualifiedName());
        } while (in.accept(","));
      }
      String whenLocked = "";
      if (in.accept("nowait")) {
        whenLocked = "nowait";
      } else if (in.accept("skip")) {
        in.expect("locked");
        whenLocked = "skip locked";
      }
      all.add(new Query.Locking(strength, of, whenLocked, in.spanFrom(start)));
    }
    return all;
  }

  private String strength() {
    if (in.accept("no")) {
      in.expect("key");
      in.expect("update");
      return "no key update";
    }
    if (in.accept("key")) {
      in.expect("share");
      return "key share";
    }
    if (in.accept("share")) {
      return "share";
    }
    in.expect("update");
    return "update";
  }

  /** LIMIT, OFFSET and FETCH, each at most once, in any order. */
  private final class Limits {
    private @Nullable Expr limit;
    private @Nullable Expr offset;
    private boolean withTies;
    private @Nullable Span span;

    void read() {
      int start = in.start();
      boolean limited = false;
      boolean skipped = false;
      while (atLimit()) {
        if (in.at("{")) {
          escape(limited || skipped);
          limited = true;
          skipped = true;
        } else if (in.at("offset")) {
          refuseSecond(skipped);
          skipped = true;
          in.advance();
          offset = grammar.expressions.expression();
          if (!in.accept("rows")) {
            in.accept("row");
          }
        } else {
          refuseSecond(limited);
          limited = true;
          if (in.accept("limit")) {
            limit = in.accept("all") ? null : grammar.expressions.expression();
          } else {
            fetch();
          }
        }
        span = in.spanFrom(start);
      }
    }

    private void escape(boolean second) {
      refuseSecond(second);
      in.skip(2);
      limit = grammar.expressions.expression();
      if (in.accept("offset")) {
        offset = grammar.expressions.expression();
      }
      in.expect("}");
    }

    private void refuseSecond(boolean second) {
      if (second) {
        throw in.unexpected("one LIMIT and one OFFSET");
      }
    }

    private void fetch() {
      in.advance();
      if (!in.accept("first")) {
        in.expect("next");
      }
      if (in.atAny("row", "rows")) {
        limit = new Expr.Literal(Expr.LiteralKind.INTEGER, "1", new Span(in.start(), in.start()));
      } else {
        limit = grammar.expressions.signed();
      }
      if (!in.accept("row")) {
        in.expect("rows");
      }
      if (in.accept("with")) {
        in.expect("ties");
        withTies = true;
      } else {
        in.expect("only");
      }
    }
  }
}
