package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;

/** Copies of expressions whose spans take in the parentheses around them. */
final class Widening {

  private Widening() {}

  static Query widen(Query q, Span span) {
    return new Query(
        q.with(),
        q.body(),
        q.orderBy(),
        q.limit(),
        q.offset(),
        q.withTies(),
        q.limitSpan(),
        q.locking(),
        true,
        span);
  }

  static Expr widen(Expr expr, Span span) {
    if (expr instanceof Expr.Operation e) {
      return new Expr.Operation(e.operator(), e.left(), e.right(), e.escape(), span);
    } else if (expr instanceof Expr.Logical e) {
      return new Expr.Logical(e.isAnd(), e.operands(), span);
    } else if (expr instanceof Expr.Column e) {
      return new Expr.Column(e.name(), e.star(), span);
    } else if (expr instanceof Expr.Parameter e) {
      return new Expr.Parameter(e.index(), span);
    } else if (expr instanceof Expr.Literal e) {
      return new Expr.Literal(e.kind(), e.value(), span);
    } else if (expr instanceof Expr.Cast e) {
      return new Expr.Cast(e.value(), e.type(), span);
    } else if (expr instanceof Expr.Not e) {
      return new Expr.Not(e.operand(), span);
    } else if (expr instanceof Expr.Is e) {
      return new Expr.Is(e.value(), e.test(), e.other(), e.negated(), span);
    } else if (expr instanceof Expr.In e) {
      return new Expr.In(e.value(), e.items(), e.negated(), span);
    } else if (expr instanceof Expr.InQuery e) {
      return new Expr.InQuery(e.value(), e.query(), e.negated(), span);
    } else if (expr instanceof Expr.Between e) {
      return new Expr.Between(e.value(), e.low(), e.high(), e.negated(), e.symmetric(), span);
    } else if (expr instanceof Expr.Quantified e) {
      return new Expr.Quantified(e.value(), e.operator(), e.all(), e.operand(), span);
    } else if (expr instanceof Expr.Chain e) {
      return new Expr.Chain(e.operands(), e.operators(), span);
    }
    return widenOther(expr, span);
  }

  private static Expr widenOther(Expr expr, Span span) {
    if (expr instanceof Expr.Call e) {
      return new Expr.Call(
          e.name(),
          e.arguments(),
          e.names(),
          e.star(),
          e.distinct(),
          e.variadic(),
          e.withinGroup(),
          e.orderBy(),
          e.filter(),
          e.over(),
          e.special(),
          span);
    } else if (expr instanceof Expr.Collate e) {
      return new Expr.Collate(e.value(), e.collation(), span);
    } else if (expr instanceof Expr.Case e) {
      return new Expr.Case(e.subject(), e.whens(), e.thens(), e.otherwise(), span);
    } else if (expr instanceof Expr.ArrayOf e) {
      return new Expr.ArrayOf(e.items(), span);
    } else if (expr instanceof Expr.ArrayQuery e) {
      return new Expr.ArrayQuery(e.query(), span);
    } else if (expr instanceof Expr.Row e) {
      return new Expr.Row(e.items(), span);
    } else if (expr instanceof Expr.Exists e) {
      return new Expr.Exists(e.query(), span);
    } else if (expr instanceof Expr.Subquery e) {
      return new Expr.Subquery(e.query(), span);
    } else if (expr instanceof Expr.Subscript e) {
      return new Expr.Subscript(e.value(), e.low(), e.high(), e.slice(), span);
    } else if (expr instanceof Expr.Field e) {
      return new Expr.Field(e.value(), e.field(), span);
    }
    throw new IllegalArgumentException("not an expression that can stand in parentheses");
  }
}
