package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.lex.Keywords;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of queries: SELECT, VALUES and TABLE. */
final class SelectParser {

  private final Grammar grammar;
  private final TokenStream in;

  SelectParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  Query.Body body() {
    if (in.at("values")) {
      return values();
    }
    if (in.at("table")) {
      return table();
    }
    return select();
  }

  private Query.Values values() {
    int start = in.start();
    in.expect("values");
    List<Expr.Row> rows = new ArrayList<>();
    do {
      rows.add(row());
    } while (in.accept(","));
    return new Query.Values(rows, in.spanFrom(start));
  }

  /** {@code (a, DEFAULT)}. */
  Expr.Row row() {
    int start = in.start();
    in.expect("(");
    List<Expr> items = grammar.expressions.list();
    in.expect(")");
    return new Expr.Row(items, in.spanFrom(start));
  }

  private Query.Select table() {
    int start = in.start();
    in.expect("table");
    int nameStart = in.start();
    FromItem.Table table = grammar.from.relation(nameStart);
    Span empty = new Span(nameStart, nameStart);
    Expr star = new Expr.Column(new Name(List.of("*"), empty), true, empty);
    return new Query.Select(
        Query.Distinct.NONE,
        List.of(),
        List.of(new Query.SelectItem(star, null, empty)),
        null,
        List.of(table),
        null,
        false,
        List.of(),
        null,
        List.of(),
        empty,
        true,
        in.spanFrom(start));
  }

  private Query.Select select() {
    int start = in.start();
    in.expect("select");
    Query.Distinct distinct = Query.Distinct.NONE;
    List<Expr> distinctOn = List.of();
    if (in.accept("distinct")) {
      distinct = Query.Distinct.ALL;
      if (in.accept("on")) {
        distinct = Query.Distinct.ON;
        in.expect("(");
        distinctOn = grammar.expressions.list();
        in.expect(")");
      }
    } else {
      in.accept("all");
    }
    int itemsStart = in.start();
    List<Query.SelectItem> items =
        distinct == Query.Distinct.NONE && atEndOfList() ? List.of() : items();
    Span itemsSpan =
        items.isEmpty() ? new Span(in.lastEnd(), in.lastEnd()) : in.spanFrom(itemsStart);
    Name into = in.accept("into") ? intoTarget() : null;
    List<FromItem> from = in.accept("from") ? grammar.from.list() : List.of();
    Expr where = in.accept("where") ? grammar.expressions.expression() : null;
    boolean groupByDistinct = false;
    List<Query.Grouping> groupBy = List.of();
    if (in.at("group", "by")) {
      in.skip(2);
      groupByDistinct = in.accept("distinct");
      if (!groupByDistinct) {
        in.accept("all");
      }
      groupBy = groupings();
    }
    Expr having = in.accept("having") ? grammar.expressions.expression() : null;
    List<Query.Window> windows = in.accept("window") ? windows() : List.of();
    return new Query.Select(
        distinct,
        distinctOn,
        items,
        into,
        from,
        where,
        groupByDistinct,
        groupBy,
        having,
        windows,
        itemsSpan,
        false,
        in.spanFrom(start));
  }

  private boolean atEndOfList() {
    return in.isStatementEnd(0) || followsList(in.fixed(0));
  }

  /** Whether a word or sign follows select lists. */
  static boolean followsList(String fixed) {
    return switch (fixed) {
      case "into",
          "from",
          "where",
          "group",
          "having",
          "window",
          "union",
          "intersect",
          "except",
          "order",
          "limit",
          "offset",
          "fetch",
          "for",
          "on",
          "returning",
          ")" ->
          true;
      default -> false;
    };
  }

  /** A list of SELECT or RETURNING. */
  List<Query.SelectItem> items() {
    List<Query.SelectItem> items = new ArrayList<>();
    do {
      items.add(item());
    } while (in.accept(","));
    return items;
  }

  private Query.SelectItem item() {
    int start = in.start();
    if (in.accept("*")) {
      Span span = in.spanFrom(start);
      Expr star = new Expr.Column(new Name(List.of("*"), span), true, span);
      return new Query.SelectItem(star, null, span);
    }
    Expr value = grammar.expressions.expression();
    String alias = null;
    if (in.accept("as")) {
      alias = in.label();
    } else if (in.kind() == TokenKind.IDENTIFIER
        || (in.kind().isKeyword() && Keywords.isBareLabel(in.text()))) {
      alias = in.take();
    }
    return new Query.SelectItem(value, alias, in.spanFrom(start));
  }

  /** SELECT INTO's target. */
  private Name intoTarget() {
    if (in.atAny("local", "global") && in.atTemporary(1)) {
      in.skip(2);
    } else if (in.atTemporary(0) || in.at("unlogged")) {
      if (in.isName(1) || in.isNext(1, "table")) {
        in.advance();
      }
    }
    in.accept("table");
    return in.qualifiedName();
  }

  private List<Query.Grouping> groupings() {
    in.nesting.enter(NestingDepth.CLAUSE, in.start());
    List<Query.Grouping> groupings = new ArrayList<>();
    do {
      groupings.add(grouping());
    } while (in.accept(","));
    in.nesting.leave(NestingDepth.CLAUSE);
    return groupings;
  }

  private Query.Grouping grouping() {
    int start = in.start();
    if (in.at("(", ")")) {
      in.skip(2);
      return grouping(Query.GroupingKind.EMPTY, List.of(), List.of(), start);
    }
    if (in.at("rollup", "(") || in.at("cube", "(")) {
      boolean rollup = in.take().equals("rollup");
      in.advance();
      List<Expr> values = grammar.expressions.list();
      in.expect(")");
      return grouping(
          rollup ? Query.GroupingKind.ROLLUP : Query.GroupingKind.CUBE, values, List.of(), start);
    }
    if (in.at("grouping", "sets")) {
      in.skip(2);
      in.expect("(");
      List<Query.Grouping> sets = groupings();
      in.expect(")");
      return grouping(Query.GroupingKind.SETS, List.of(), sets, start);
    }
    Expr value = grammar.expressions.expression();
    return grouping(Query.GroupingKind.PLAIN, List.of(value), List.of(), start);
  }

  private Query.Grouping grouping(
      Query.GroupingKind kind, List<Expr> values, List<Query.Grouping> sets, int start) {
    return new Query.Grouping(kind, values, sets, in.spanFrom(start));
  }

  private List<Query.Window> windows() {
    List<Query.Window> windows = new ArrayList<>();
    do {
      int start = in.start();
      String name = in.name();
      in.expect("as");
      windows.add(grammar.calls.window(name, start));
    } while (in.accept(","));
    return windows;
  }

  /** {@code RETURNING [WITH (OLD AS o, NEW AS n)] a, b}; empty where it does not stand here. */
  List<Query.SelectItem> returning() {
    if (!in.accept("returning")) {
      return List.of();
    }
    if (in.accept("with", "(")) {
      do {
        if (!in.accept("old")) {
          in.expect("new");
        }
        in.expect("as");
        in.name();
      } while (in.accept(","));
      in.expect(")");
    }
    return items();
  }

  /** The span of a RETURNING that was read from {@code start}; null where it gave nothing. */
  @Nullable Span returningSpan(List<Query.SelectItem> returning, int start) {
    return returning.isEmpty() ? null : in.spanFrom(start);
  }
}
