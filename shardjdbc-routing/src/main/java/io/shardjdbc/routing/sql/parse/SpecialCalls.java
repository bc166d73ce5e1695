package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.TypeName;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads operands that start with a keyword and have a grammar of their own. */
final class SpecialCalls {

  private final Grammar grammar;
  private final TokenStream in;
  private final XmlCalls xml;
  private final JsonCalls json;

  SpecialCalls(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
    this.xml = new XmlCalls(grammar);
    this.json = new JsonCalls(grammar);
  }

  /** What a keyword that may also be a column starts; null if it is a column here. */
  @Nullable Expr columnNameWord() {
    int start = in.start();
    String word = in.text();
    boolean string = in.kind(1) == TokenKind.STRING;
    boolean parenthesis = in.isNext(1, "(");
    if (isType(word)) {
      boolean longer =
          switch (word) {
            case "time", "timestamp" ->
                in.isNext(2, "time") && (in.isNext(1, "with") || in.isNext(1, "without"));
            case "national" -> in.isNext(1, "char") || in.isNext(1, "character");
            case "bit", "char", "character", "nchar" -> in.isNext(1, "varying");
            default -> false;
          };
      return string || parenthesis || longer ? typedConstant(start) : null;
    }
    if (!parenthesis) {
      return null;
    }
    if (word.startsWith("xml")) {
      return xml.call();
    }
    if (word.startsWith("json")) {
      return json.call();
    }
    return switch (word) {
      case "exists" -> {
        in.advance();
        Query query = grammar.groups.query();
        yield new Expr.Exists(query, in.spanFrom(start));
      }
      case "row" -> grammar.primaries.row();
      case "coalesce", "greatest", "least", "grouping" -> {
        in.skip(2);
        List<Expr> arguments = grammar.expressions.list();
        yield closed(word, start, arguments);
      }
      case "nullif" -> {
        in.skip(2);
        Expr first = grammar.expressions.expression();
        in.expect(",");
        yield closed(word, start, List.of(first, grammar.expressions.expression()));
      }
      case "merge_action" -> {
        in.skip(2);
        yield closed(word, start, List.of());
      }
      case "extract" -> extract(start);
      case "normalize" -> normalize(start);
      case "position" -> position(start);
      case "overlay", "substring" -> substring(word, start);
      case "trim" -> trim(start);
      case "treat" -> {
        in.skip(2);
        List<Expr> arguments = List.of(grammar.expressions.expression());
        in.expect("as");
        grammar.types.type();
        yield closed(word, start, arguments);
      }
      default -> throw in.unexpected("an expression");
    };
  }

  /** {@code JSON(...)}: a function of that name to servers that do not know the form. */
  Expr json() {
    return json.call();
  }

  private Expr closed(String word, int start, List<Expr> arguments) {
    in.expect(")");
    return grammar.calls.special(word, start, arguments);
  }

  private static boolean isType(String word) {
    return switch (word) {
      case "bigint",
          "bit",
          "boolean",
          "char",
          "character",
          "dec",
          "decimal",
          "float",
          "int",
          "integer",
          "interval",
          "national",
          "nchar",
          "numeric",
          "real",
          "smallint",
          "time",
          "timestamp",
          "varchar" ->
          true;
      default -> false;
    };
  }

  /** {@code numeric(3, 1) '1.5'}, {@code interval '1' day}. */
  Expr typedConstant(int start) {
    boolean interval = in.at("interval");
    TypeName type = grammar.types.simple();
    Expr constant = grammar.primaries.constant(type, start);
    if (interval && type.modifiers().isEmpty() && constant instanceof Expr.Cast cast) {
      List<String> fields = new ArrayList<>();
      grammar.types.intervalFields(fields);
      TypeName withFields = new TypeName(type.name(), fields, 0, type.span());
      return new Expr.Cast(cast.value(), withFields, in.spanFrom(start));
    }
    return constant;
  }

  private Expr extract(int start) {
    in.skip(2);
    List<Expr> arguments = new ArrayList<>();
    Span field = new Span(in.start(), in.end());
    boolean known =
        switch (in.kind()) {
          case STRING, IDENTIFIER -> true;
          default -> TypeParser.isIntervalField(in.fixed(0));
        };
    if (!known) {
      throw in.unexpected("a field");
    }
    arguments.add(new Expr.Literal(Expr.LiteralKind.STRING, in.take(), field));
    in.expect("from");
    arguments.add(grammar.expressions.expression());
    return closed("extract", start, arguments);
  }

  private Expr normalize(int start) {
    in.skip(2);
    List<Expr> arguments = new ArrayList<>();
    arguments.add(grammar.expressions.expression());
    if (in.accept(",")) {
      Span form = new Span(in.start(), in.end());
      if (!in.atAny("nfc", "nfd", "nfkc", "nfkd")) {
        throw in.unexpected("a normal form");
      }
      arguments.add(new Expr.Literal(Expr.LiteralKind.STRING, in.take(), form));
    }
    return closed("normalize", start, arguments);
  }

  private Expr position(int start) {
    in.skip(2);
    List<Expr> arguments = new ArrayList<>();
    if (!in.at(")")) {
      arguments.add(grammar.expressions.restricted());
      in.expect("in");
      arguments.add(grammar.expressions.restricted());
    }
    return closed("position", start, arguments);
  }

  /** {@code substring(a FROM b FOR c)}, {@code overlay(a PLACING b FROM c)}, or plain arguments. */
  private Expr substring(String word, int start) {
    in.skip(2);
    List<Expr> arguments = new ArrayList<>();
    boolean special = false;
    if (!in.at(")")) {
      argument(arguments);
      if (in.at(",")) {
        while (in.accept(",")) {
          argument(arguments);
        }
      } else if (!in.at(")")) {
        special = keywordArguments(word, arguments);
      }
    }
    in.expect(")");
    return special
        ? grammar.calls.special(word, start, arguments)
        : grammar.calls.plain(word, start, arguments);
  }

  private boolean keywordArguments(String word, List<Expr> arguments) {
    int before = arguments.size();
    if (word.equals("overlay")) {
      in.expect("placing");
      arguments.add(grammar.expressions.expression());
      in.expect("from");
      arguments.add(grammar.expressions.expression());
      optional("for", arguments);
    } else if (in.at("similar")) {
      optional("similar", arguments);
      in.expect("escape");
      arguments.add(grammar.expressions.expression());
    } else if (in.at("for")) {
      optional("for", arguments);
      optional("from", arguments);
    } else {
      optional("from", arguments);
      optional("for", arguments);
    }
    return arguments.size() > before;
  }

  private void optional(String word, List<Expr> arguments) {
    if (in.accept(word)) {
      arguments.add(grammar.expressions.expression());
    }
  }

  private void argument(List<Expr> arguments) {
    if (in.atFunctionName() && (in.isNext(1, "=>") || in.isNext(1, ":="))) {
      in.skip(2);
    }
    arguments.add(grammar.expressions.expression());
  }

  private Expr trim(int start) {
    in.skip(2);
    if (in.atAny("both", "leading", "trailing")) {
      in.advance();
    }
    List<Expr> arguments = new ArrayList<>();
    if (!in.accept("from")) {
      arguments.add(grammar.expressions.expression());
      if (in.accept("from")) {
        arguments.addAll(grammar.expressions.list());
      } else {
        while (in.accept(",")) {
          arguments.add(grammar.expressions.expression());
        }
      }
    } else {
      arguments.addAll(grammar.expressions.list());
    }
    return closed("trim", start, arguments);
  }

  /** What a keyword that may also be a function's name starts; null if it is one here. */
  @Nullable Expr typeFunctionWord() {
    int start = in.start();
    if (in.at("collation", "for")) {
      in.skip(2);
      in.expect("(");
      List<Expr> arguments = List.of(grammar.expressions.expression());
      return closed("collation for", start, arguments);
    }
    if (in.at("current_schema") && !in.isNext(1, "(") && in.kind(1) != TokenKind.STRING) {
      in.advance();
      return grammar.calls.special("current_schema", start, List.of());
    }
    return null;
  }

  /** What a reserved word starts, other than constants, CASE and ARRAY. */
  Expr reservedWord() {
    int start = in.start();
    String word = in.text();
    switch (word) {
      case "cast" -> {
        in.advance();
        in.expect("(");
        Expr value = grammar.expressions.expression();
        in.expect("as");
        TypeName type = grammar.types.type();
        in.expect(")");
        return new Expr.Cast(value, type, in.spanFrom(start));
      }
      case "current_date",
          "current_role",
          "current_user",
          "current_catalog",
          "session_user",
          "system_user",
          "user" -> {
        in.advance();
        return grammar.calls.special(word, start, List.of());
      }
      case "current_time", "current_timestamp", "localtime", "localtimestamp" -> {
        in.advance();
        List<Expr> precision = List.of();
        if (in.accept("(")) {
          precision = List.of(grammar.primaries.primary());
          in.expect(")");
        }
        return grammar.calls.special(word, start, precision);
      }
      default -> throw in.unexpected("an expression");
    }
  }
}
