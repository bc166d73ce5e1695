package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.TypeName;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.List;

/**
 * Reads JDBC's escapes in braces as what they mean; their spans are those of the text.
 *
 * <p>{@code {d '..'}}, {@code {t '..'}} and {@code {ts '..'}} are constants, {@code {fn f(..)}} is
 * a call, {@code {oj a LEFT JOIN b ..}} an item of FROM. The driver turns them into SQL.
 */
final class EscapeParser {

  private final Grammar grammar;
  private final TokenStream in;

  EscapeParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  Expr expression() {
    int start = in.start();
    in.nesting.enter(NestingDepth.CLAUSE, start);
    in.expect("{");
    Span word = new Span(in.start(), in.end());
    Expr value =
        switch (word.of(in.sql).toLowerCase(java.util.Locale.ROOT)) {
          case "d" -> constant("date", word);
          case "t" -> constant("time", word);
          case "ts" -> constant("timestamp", word);
          case "fn" -> {
            in.advance();
            yield function();
          }
          default -> throw in.unexpected("a JDBC escape");
        };
    in.expect("}");
    in.nesting.leave(NestingDepth.CLAUSE);
    return Widening.widen(value, in.spanFrom(start));
  }

  private Expr constant(String type, Span word) {
    in.advance();
    TypeName name = new TypeName(new Name(List.of(type), word), List.of(), 0, word);
    return grammar.primaries.constant(name, word.start());
  }

  /** The driver knows functions whose names are keywords to the server, such as {@code user()}. */
  private Expr function() {
    int start = in.start();
    if (in.atLabel() && in.isNext(1, "(") && EscapeFunctions.isReplaced(in.text())) {
      return replaced(start);
    }
    if (in.atFunctionName() || !in.isNext(1, "(")) {
      return grammar.primaries.primary();
    }
    if (in.isNext(2, ")") || in.kind() == TokenKind.RESERVED) {
      Name name = new Name(List.of(in.label()), in.spanFrom(start));
      return grammar.calls.call(name, start, false);
    }
    return grammar.primaries.primary();
  }

  private Expr replaced(int start) {
    String jdbc = in.label();
    Name name = new Name(List.of(EscapeFunctions.serverName(jdbc)), in.spanFrom(start));
    Expr.Call call = (Expr.Call) grammar.calls.call(name, start, false);
    boolean interval = EscapeFunctions.takesInterval(jdbc) && !call.arguments().isEmpty();
    return new Expr.Call(
        name,
        interval ? call.arguments().subList(1, call.arguments().size()) : call.arguments(),
        interval ? List.of() : call.names(),
        call.star(),
        call.distinct(),
        call.variadic(),
        false,
        call.orderBy(),
        null,
        null,
        EscapeFunctions.isForm(name.last()),
        call.span());
  }

  /** {@code {oj a LEFT OUTER JOIN b ON ..}}. */
  FromItem outerJoin() {
    in.expect("{");
    if (in.kind() != TokenKind.IDENTIFIER || !in.text().equals("oj")) {
      throw in.unexpected("a JDBC escape");
    }
    in.advance();
    in.nesting.enter(NestingDepth.CLAUSE, in.start());
    FromItem item = grammar.from.item();
    in.nesting.leave(NestingDepth.CLAUSE);
    in.expect("}");
    return item;
  }

  /** {@code {call f(..)}} and {@code {? = call f(..)}}. */
  void call(UtilityParser.Draft draft) {
    in.expect("{");
    if (in.kind() == TokenKind.PARAMETER) {
      in.advance();
      in.expect("=");
    }
    in.expect("call");
    draft.names.add(in.qualifiedName());
    while (!in.atEnd() && !in.at("}")) {
      in.skipToken();
    }
    in.expect("}");
  }
}
