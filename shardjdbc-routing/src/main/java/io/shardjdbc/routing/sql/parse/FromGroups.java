package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands in parentheses in FROM: a query or a join.
 *
 * <p>As with expressions ({@link GroupParser}), which of them it is shows only behind the inner
 * parenthesis, so the outer group goes on from the inner one.
 */
final class FromGroups {

  private final Grammar grammar;
  private final TokenStream in;

  FromGroups(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /** What the parentheses hold: one of the two. */
  private record Group(@Nullable Query query, FromItem.@Nullable Join join) {}

  /** The item that the parenthesis at the cursor starts, with its alias. */
  FromItem item(boolean lateral, int start) {
    Group group = group();
    if (lateral && group.query == null) {
      throw in.unexpected("a query in parentheses");
    }
    return named(group, lateral, start);
  }

  private FromItem named(Group group, boolean lateral, int start) {
    FromItem.Alias alias = grammar.from.alias();
    Span span = in.spanFrom(start);
    if (group.query != null) {
      return new FromItem.Derived(lateral, group.query, alias, span);
    }
    if (group.join == null) {
      throw in.unexpected("a query or a join in parentheses");
    }
    return aliased(group.join, alias, span);
  }

  private static FromItem.Join aliased(
      FromItem.Join join, FromItem.@Nullable Alias alias, Span span) {
    return new FromItem.Join(
        join.kind(),
        join.natural(),
        join.left(),
        join.right(),
        join.on(),
        join.using(),
        join.usingAlias(),
        alias == null ? join.alias() : alias,
        span);
  }

  private Group group() {
    in.nesting.enter(NestingDepth.CLAUSE, in.start());
    int start = in.start();
    in.expect("(");
    Query query = null;
    FromItem item = null;
    if (in.at("(")) {
      int innerStart = in.start();
      Group inner = group();
      if (inner.query != null && grammar.queries.goesOn()) {
        query = grammar.queries.rest(inner.query, innerStart);
      } else if (inner.query != null && in.at(")")) {
        query = inner.query;
      } else {
        item = grammar.from.joins(named(inner, false, innerStart), innerStart);
      }
    } else if (grammar.queries.atQuery()) {
      query = grammar.queries.query();
    } else {
      item = grammar.from.item();
    }
    in.expect(")");
    in.nesting.leave(NestingDepth.CLAUSE);
    Span span = in.spanFrom(start);
    if (query != null) {
      return new Group(Widening.widen(query, span), null);
    }
    if (!(item instanceof FromItem.Join join)) {
      throw in.unexpected("a query or a join in parentheses");
    }
    return new Group(null, aliased(join, null, span));
  }
}
