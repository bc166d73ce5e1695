package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import org.jspecify.annotations.Nullable;

/** Reads what is written in words behind an operand: IS, IN, LIKE, BETWEEN, AT TIME ZONE. */
final class PredicateParser {

  private final Grammar grammar;
  private final TokenStream in;

  PredicateParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  Expr atTimeZone(Expr left, int start) {
    in.advance();
    if (in.accept("local")) {
      return new Expr.Operation("at local", left, null, null, in.spanFrom(start));
    }
    in.expect("time");
    in.expect("zone");
    Expr zone = grammar.expressions.operand(ExprParser.AT + 1, false);
    return new Expr.Operation("at time zone", left, zone, null, in.spanFrom(start));
  }

  Expr pattern(Expr left, int start) {
    boolean negated = in.accept("not");
    String word = in.take();
    return switch (word) {
      case "in" -> grammar.groups.in(left, negated, start);
      case "between" -> between(left, negated, start);
      default -> {
        if (word.equals("similar")) {
          in.expect("to");
          word = "similar to";
        }
        String operator = negated ? "not " + word : word;
        if (grammar.expressions.atQuantifier() && !word.equals("similar to")) {
          yield grammar.expressions.quantified(left, operator, start);
        }
        Expr right = grammar.expressions.operand(ExprParser.PATTERN + 1, false);
        yield new Expr.Operation(operator, left, right, escape(), in.spanFrom(start));
      }
    };
  }

  private @Nullable Expr escape() {
    if (in.at("{", "escape")) {
      in.skip(2);
      Expr character = grammar.expressions.operand(ExprParser.PATTERN + 1, false);
      in.expect("}");
      return character;
    }
    return in.accept("escape") ? grammar.expressions.operand(ExprParser.PATTERN + 1, false) : null;
  }

  private Expr between(Expr left, boolean negated, int start) {
    boolean symmetric = in.accept("symmetric");
    if (!symmetric) {
      in.accept("asymmetric");
    }
    in.nesting.enter(NestingDepth.CLAUSE, start);
    Expr low = grammar.expressions.restricted();
    in.expect("and");
    Expr high = grammar.expressions.operand(ExprParser.PATTERN + 1, false);
    in.nesting.leave(NestingDepth.CLAUSE);
    return new Expr.Between(left, low, high, negated, symmetric, in.spanFrom(start));
  }

  Expr is(Expr left, int start, boolean restricted) {
    String word = in.take();
    if (!word.equals("is")) {
      return new Expr.Is(left, "null", null, word.equals("notnull"), in.spanFrom(start));
    }
    boolean negated = in.accept("not");
    String test = in.fixed(0);
    if (in.accept("distinct")) {
      in.expect("from");
      Expr other = grammar.expressions.operand(ExprParser.IS + 1, restricted);
      return new Expr.Is(left, "distinct from", other, negated, in.spanFrom(start));
    }
    boolean known =
        switch (test) {
          case "document" -> true;
          case "null", "true", "false", "unknown", "normalized", "json" -> !restricted;
          case "nfc", "nfd", "nfkc", "nfkd" -> !restricted && in.isNext(1, "normalized");
          default -> false;
        };
    if (!known) {
      throw in.unexpected("a test of IS");
    }
    in.advance();
    if (test.startsWith("nf")) {
      in.advance();
      test = "normalized";
    } else if (test.equals("json")) {
      test = json();
    }
    return new Expr.Is(left, test, null, negated, in.spanFrom(start));
  }

  private String json() {
    StringBuilder test = new StringBuilder("json");
    if (in.atAny("value", "array", "object", "scalar")) {
      test.append(' ').append(in.take());
    }
    if (in.atAny("with", "without") && in.isNext(1, "unique")) {
      test.append(' ').append(in.take()).append(' ').append(in.take());
      if (in.accept("keys")) {
        test.append(" keys");
      }
    }
    return test.toString();
  }
}
