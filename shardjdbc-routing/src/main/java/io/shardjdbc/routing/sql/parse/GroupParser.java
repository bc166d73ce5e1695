package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands in parentheses where an expression may stand: a query, one expression, or
 * several.
 *
 * <p>{@code ((SELECT 1))} is a query in two pairs of parentheses, {@code ((SELECT 1) + 1)} an
 * expression and {@code ((SELECT 1) UNION SELECT 2)} a query again. Which of them it is shows only
 * behind the inner parenthesis, so the inner group is read first and the outer one goes on from it:
 * nothing is read twice, however deep it nests.
 */
final class GroupParser {

  private final Grammar grammar;
  private final TokenStream in;

  GroupParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /**
   * A group with its parentheses.
   *
   * @param query what it holds, its span widened to the parentheses; or null
   * @param items the expressions it holds; empty where it is a query
   */
  record Group(@Nullable Query query, List<Expr> items, Span span) {

    /** The group as one value. */
    Expr value() {
      if (query != null) {
        return new Expr.Subquery(query, span);
      }
      return items.size() == 1 ? Widening.widen(items.get(0), span) : new Expr.Row(items, span);
    }
  }

  /** Reads a group; the cursor is at its opening parenthesis. */
  Group group() {
    in.nesting.enter(NestingDepth.PARENTHESES, in.start());
    int start = in.start();
    in.expect("(");
    Query query = null;
    List<Expr> items = List.of();
    if (in.at("(")) {
      int innerStart = in.start();
      Group inner = group();
      if (inner.query() != null && grammar.queries.goesOn()) {
        query = grammar.queries.rest(inner.query(), innerStart);
      } else if (inner.query() != null && in.at(")")) {
        query = inner.query();
      } else {
        Expr first = grammar.primaries.behindGroup(inner, innerStart);
        items = items(grammar.expressions.rest(first, innerStart));
      }
    } else if (grammar.queries.atQuery()) {
      query = grammar.queries.query();
    } else {
      items = items(grammar.expressions.expression());
    }
    in.expect(")");
    in.nesting.leave(NestingDepth.PARENTHESES);
    Span span = in.spanFrom(start);
    return new Group(query == null ? null : Widening.widen(query, span), items, span);
  }

  private List<Expr> items(Expr first) {
    if (!in.at(",")) {
      return List.of(first);
    }
    List<Expr> items = new ArrayList<>();
    items.add(first);
    while (in.accept(",")) {
      items.add(grammar.expressions.expression());
    }
    return items;
  }

  /** What follows {@code value [NOT] IN}. */
  Expr in(Expr value, boolean negated, int start) {
    Group group = groupHere();
    if (group.query() != null) {
      return new Expr.InQuery(value, group.query(), negated, in.spanFrom(start));
    }
    return new Expr.In(value, group.items(), negated, in.spanFrom(start));
  }

  /** What follows ANY, SOME and ALL. */
  Expr quantifiedOperand() {
    Group group = groupHere();
    if (group.items().size() > 1) {
      throw in.unexpected("one array or query");
    }
    return group.value();
  }

  /** A query in parentheses. */
  Query query() {
    Group group = groupHere();
    if (group.query() == null) {
      throw in.unexpected("a query in parentheses");
    }
    return group.query();
  }

  private Group groupHere() {
    if (!in.at("(")) {
      throw in.unexpected("\"(\"");
    }
    return group();
  }
}
