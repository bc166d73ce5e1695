package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.TypeName;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads calls of the form {@code name(arguments)} with the clauses behind them, and windows. */
final class CallParser {

  private final Grammar grammar;
  private final TokenStream in;

  CallParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /**
   * A call whose name was read; or, with a string behind it, a constant of a type with modifiers.
   *
   * @param clauses whether WITHIN GROUP, FILTER and OVER may follow, as they may not in FROM
   */
  Expr call(Name name, int start, boolean clauses) {
    in.nesting.enter(NestingDepth.CLAUSE, start);
    in.expect("(");
    List<Expr> arguments = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Query.SortItem> orderBy = List.of();
    boolean star = false;
    boolean distinct = false;
    boolean variadic = false;
    if (in.at("*", ")")) {
      in.advance();
      star = true;
    } else if (!in.at(")")) {
      distinct = in.accept("distinct");
      if (!distinct) {
        in.accept("all");
      }
      do {
        variadic = in.accept("variadic");
        names.add(argumentName());
        arguments.add(grammar.expressions.expression());
      } while (!variadic && in.accept(","));
      orderBy = grammar.queries.orderBy();
    }
    in.expect(")");
    in.nesting.leave(NestingDepth.CLAUSE);
    boolean plain = !arguments.isEmpty() && !distinct && !variadic;
    if (in.kind() == TokenKind.STRING && plain && clauses) {
      return grammar.primaries.constant(typeWithModifiers(name, arguments, start), start);
    }
    Call call = new Call(name, start, arguments);
    call.names = names.stream().allMatch(String::isEmpty) ? List.of() : names;
    call.star = star;
    call.distinct = distinct;
    call.variadic = variadic;
    call.orderBy = orderBy;
    return clauses ? clauses(call) : call.done(in);
  }

  private TypeName typeWithModifiers(Name name, List<Expr> arguments, int start) {
    List<String> modifiers = arguments.stream().map(a -> a.span().of(in.sql)).toList();
    return new TypeName(name, modifiers, 0, in.spanFrom(start));
  }

  /** The name by which an argument is given; empty where it has none. */
  private String argumentName() {
    if (!in.atFunctionName() || !(in.isNext(1, "=>") || in.isNext(1, ":="))) {
      return "";
    }
    String name = in.take();
    in.advance();
    return name;
  }

  /** A call in the grammar's own form. */
  Expr special(String name, int start, List<Expr> arguments) {
    return specialCall(name, start, arguments).done(in);
  }

  /** A call in the ordinary form of a function whose name is a keyword. */
  Expr plain(String name, int start, List<Expr> arguments) {
    return new Call(keyword(name, start), start, arguments).done(in);
  }

  Call specialCall(String name, int start, List<Expr> arguments) {
    Call call = new Call(keyword(name, start), start, arguments);
    call.special = true;
    return call;
  }

  private static Name keyword(String name, int start) {
    int firstWord = name.indexOf(' ') < 0 ? name.length() : name.indexOf(' ');
    return new Name(List.of(name), new Span(start, start + firstWord));
  }

  /** WITHIN GROUP, FILTER and OVER. */
  Expr clauses(Call call) {
    in.nesting.enter(NestingDepth.CLAUSE, call.start);
    if (call.orderBy.isEmpty() && in.at("within", "group")) {
      in.skip(2);
      in.expect("(");
      call.withinGroup = true;
      call.orderBy = grammar.queries.orderBy();
      if (call.orderBy.isEmpty()) {
        throw in.unexpected("ORDER BY");
      }
      in.expect(")");
    }
    if (in.accept("filter")) {
      in.expect("(");
      in.expect("where");
      call.filter = grammar.expressions.expression();
      in.expect(")");
    }
    if (in.accept("over")) {
      int start = in.start();
      if (in.at("(")) {
        call.over = window(null, start);
      } else {
        String name = in.name();
        call.over =
            new Query.Window(
                name, null, List.of(), List.of(), false, List.of(), in.spanFrom(start));
      }
    }
    in.nesting.leave(NestingDepth.CLAUSE);
    return call.done(in);
  }

  /** A window in parentheses. */
  Query.Window window(@Nullable String name, int start) {
    in.nesting.enter(NestingDepth.QUERY, start);
    in.expect("(");
    String base = null;
    boolean clause =
        in.at("partition", "by")
            || in.at("order", "by")
            || (in.atAny("range", "rows", "groups") && !in.isNext(1, ")"));
    if (in.atName() && !clause) {
      base = in.name();
    }
    List<Expr> partitionBy = List.of();
    if (in.at("partition", "by")) {
      in.skip(2);
      partitionBy = grammar.expressions.list();
    }
    List<Query.SortItem> orderBy = grammar.queries.orderBy();
    List<Expr> bounds = new ArrayList<>();
    boolean byRows = in.at("rows");
    if (in.atAny("range", "rows", "groups")) {
      in.advance();
      frame(bounds);
    }
    in.expect(")");
    in.nesting.leave(NestingDepth.QUERY);
    return new Query.Window(name, base, partitionBy, orderBy, byRows, bounds, in.spanFrom(start));
  }

  private void frame(List<Expr> bounds) {
    if (in.accept("between")) {
      frameBound(bounds);
      in.expect("and");
    }
    frameBound(bounds);
    if (in.accept("exclude")) {
      if (in.accept("current")) {
        in.expect("row");
      } else if (in.accept("no")) {
        in.expect("others");
      } else if (!in.accept("group") && !in.accept("ties")) {
        throw in.unexpected("what to exclude");
      }
    }
  }

  private void frameBound(List<Expr> bounds) {
    if (in.at("current", "row")) {
      in.skip(2);
      return;
    }
    if (in.at("unbounded", "preceding") || in.at("unbounded", "following")) {
      in.skip(2);
      return;
    }
    bounds.add(grammar.expressions.expression());
    if (!in.accept("preceding")) {
      in.expect("following");
    }
  }

  /** A call as it is being read. */
  static final class Call {
    private final Name name;
    private final int start;
    private final List<Expr> arguments;
    private List<String> names = List.of();
    private boolean star;
    private boolean distinct;
    private boolean variadic;
    private boolean withinGroup;
    private List<Query.SortItem> orderBy = List.of();
    private @Nullable Expr filter;
    private Query.@Nullable Window over;
    private boolean special;

    Call(Name name, int start, List<Expr> arguments) {
      this.name = name;
      this.start = start;
      this.arguments = arguments;
    }

    Call orderBy(List<Query.SortItem> items) {
      orderBy = items;
      return this;
    }

    Expr done(TokenStream in) {
      return new Expr.Call(
          name,
          arguments,
          names,
          star,
          distinct,
          variadic,
          withinGroup,
          orderBy,
          filter,
          over,
          special,
          in.spanFrom(start));
    }
  }
}
