package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what stands in FROM: tables, queries, functions and their joins. */
final class FromParser {

  private final Grammar grammar;
  private final TokenStream in;

  FromParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  List<FromItem> list() {
    List<FromItem> items = new ArrayList<>(2);
    do {
      items.add(item());
    } while (in.accept(","));
    return items;
  }

  /** One item with the joins behind it. */
  FromItem item() {
    int start = in.start();
    return joins(single(), start);
  }

  /** Goes on with the joins behind an item. */
  FromItem joins(FromItem first, int start) {
    FromItem left = first;
    int run = 0;
    while (atJoin()) {
      left = join(left, start);
      run++;
    }
    in.nesting.ran(run);
    return left;
  }

  private boolean atJoin() {
    return switch (in.fixed(0)) {
      case "join", "cross", "natural" -> true;
      case "inner" -> in.isNext(1, "join");
      case "left", "right", "full" -> in.isNext(1, "join") || in.isNext(1, "outer");
      default -> false;
    };
  }

  private FromItem join(FromItem left, int start) {
    boolean natural = in.accept("natural");
    FromItem.JoinKind kind = kind();
    in.expect("join");
    int rightStart = in.start();
    FromItem right = single();
    if (natural || kind == FromItem.JoinKind.CROSS) {
      return new FromItem.Join(
          kind, natural, left, right, null, List.of(), null, null, in.spanFrom(start));
    }
    if (atJoin()) {
      // a JOIN b JOIN c ON .. ON ..: the inner join comes first.
      in.nesting.enter(NestingDepth.CLAUSE, in.start());
      right = joins(right, rightStart);
      in.nesting.leave(NestingDepth.CLAUSE);
    }
    if (in.accept("using")) {
      List<String> using = in.nameList();
      String alias = in.accept("as") ? in.name() : null;
      return new FromItem.Join(
          kind, false, left, right, null, using, alias, null, in.spanFrom(start));
    }
    in.expect("on");
    Expr on = grammar.expressions.expression();
    return new FromItem.Join(
        kind, false, left, right, on, List.of(), null, null, in.spanFrom(start));
  }

  private FromItem.JoinKind kind() {
    FromItem.JoinKind kind =
        switch (in.fixed(0)) {
          case "cross" -> FromItem.JoinKind.CROSS;
          case "left" -> FromItem.JoinKind.LEFT;
          case "right" -> FromItem.JoinKind.RIGHT;
          case "full" -> FromItem.JoinKind.FULL;
          default -> FromItem.JoinKind.INNER;
        };
    if (kind != FromItem.JoinKind.INNER) {
      in.advance();
    } else {
      in.accept("inner");
    }
    if (kind != FromItem.JoinKind.INNER && kind != FromItem.JoinKind.CROSS) {
      in.accept("outer");
    }
    return kind;
  }

  private FromItem single() {
    int start = in.start();
    if (in.at("(")) {
      return grammar.fromGroups.item(false, start);
    }
    if (in.at("{")) {
      return grammar.escapes.outerJoin();
    }
    if (in.accept("lateral")) {
      return in.at("(")
          ? grammar.fromGroups.item(true, start)
          : grammar.fromFunctions.item(true, start);
    }
    if (in.at("only")) {
      return sampled(aliased(relation(start), start), start);
    }
    boolean table = in.atName() && !in.isNext(1, "(") && !in.at("rows", "from");
    if (!table) {
      return grammar.fromFunctions.item(false, start);
    }
    Name name = in.qualifiedName();
    if (in.at("(")) {
      Expr call = grammar.calls.call(name, start, false);
      return grammar.fromFunctions.behind(List.of(call), false, start);
    }
    boolean star = in.accept("*");
    Span span = star ? in.spanFrom(start) : name.span();
    FromItem.Table relation = new FromItem.Table(name, false, null, null, span);
    return sampled(aliased(relation, start), start);
  }

  /** {@code t}, {@code t*}, {@code ONLY t} or {@code ONLY (t)}. */
  FromItem.Table relation(int start) {
    boolean only = in.accept("only");
    boolean parenthesis = only && in.accept("(");
    Name name = in.qualifiedName();
    if (parenthesis) {
      in.expect(")");
    } else if (!only) {
      in.accept("*");
    }
    return new FromItem.Table(name, only, null, null, in.spanFrom(start));
  }

  private FromItem.Table aliased(FromItem.Table table, int start) {
    FromItem.Alias alias = alias();
    if (alias == null) {
      return table;
    }
    return new FromItem.Table(table.name(), table.only(), alias, null, in.spanFrom(start));
  }

  private FromItem.Table sampled(FromItem.Table table, int start) {
    int sampleStart = in.start();
    if (!in.accept("tablesample")) {
      return table;
    }
    String method = samplingMethod();
    in.expect("(");
    List<Expr> samples = new ArrayList<>(grammar.expressions.list());
    in.expect(")");
    if (in.accept("repeatable")) {
      in.expect("(");
      samples.add(grammar.expressions.expression());
      in.expect(")");
    }
    FromItem.Sample sample = new FromItem.Sample(method, samples, in.spanFrom(sampleStart));
    return new FromItem.Table(
        table.name(), table.only(), table.alias(), sample, in.spanFrom(start));
  }

  /** The method's name, with its schema where that is not the server's own. */
  private String samplingMethod() {
    if (!in.atFunctionName() && !in.atName()) {
      throw in.unexpected("a sampling method");
    }
    String method = in.take();
    while (in.accept(".")) {
      method = (method.equals("pg_catalog") ? "" : method + ".") + in.label();
    }
    return method;
  }

  /** {@code [AS] alias [(columns)]}. */
  FromItem.@Nullable Alias alias() {
    if (!in.accept("as") && !in.atName()) {
      return null;
    }
    String name = in.name();
    return new FromItem.Alias(name, in.at("(") ? in.nameList() : List.of(), false);
  }
}
