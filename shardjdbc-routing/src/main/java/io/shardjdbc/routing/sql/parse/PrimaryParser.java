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

/** Reads operands: {@code c_expr} of PostgreSQL's grammar. */
final class PrimaryParser {

  private final Grammar grammar;
  private final TokenStream in;

  PrimaryParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  Expr primary() {
    int start = in.start();
    return switch (in.kind()) {
      case INTEGER -> literal(Expr.LiteralKind.INTEGER);
      case DECIMAL -> literal(Expr.LiteralKind.DECIMAL);
      case STRING -> literal(Expr.LiteralKind.STRING);
      case BITS -> literal(Expr.LiteralKind.BITS);
      case PARAMETER -> {
        int index = Integer.parseInt(in.take());
        yield indirection(new Expr.Parameter(index, in.spanFrom(start)), start);
      }
      case IDENTIFIER, UNRESERVED -> named(start);
      case COLUMN_NAME -> {
        in.nesting.enter(NestingDepth.CLAUSE, start);
        Expr special = grammar.specialCalls.columnNameWord();
        in.nesting.leave(NestingDepth.CLAUSE);
        yield special != null ? special : named(start);
      }
      case TYPE_FUNCTION -> {
        Expr special = grammar.specialCalls.typeFunctionWord();
        yield special != null ? special : functionOrConstant(start);
      }
      case RESERVED -> reserved(start);
      case SYMBOL -> {
        if (in.at("(")) {
          yield behindGroup(grammar.groups.group(), start);
        }
        if (in.at("{")) {
          yield grammar.escapes.expression();
        }
        throw in.unexpected("an expression");
      }
      default -> throw in.unexpected("an expression");
    };
  }

  private Expr literal(Expr.LiteralKind kind) {
    Span span = new Span(in.start(), in.end());
    return new Expr.Literal(kind, in.take(), span);
  }

  /** A group as an operand, with the subscripts, fields or OVERLAPS behind it. */
  Expr behindGroup(GroupParser.Group group, int start) {
    Expr value = group.value();
    if (value instanceof Expr.Row && group.items().size() > 1) {
      return overlaps(value, start);
    }
    return indirection(value, start);
  }

  private Expr overlaps(Expr left, int start) {
    if (!in.at("overlaps") || !(in.isNext(1, "(") || in.isNext(1, "row"))) {
      return left;
    }
    in.advance();
    Expr right = in.at("(") ? grammar.groups.group().value() : row();
    if (!isPair(left) || !isPair(right)) {
      throw in.unexpected("two rows of two around OVERLAPS");
    }
    return new Expr.Operation("overlaps", left, right, null, in.spanFrom(start));
  }

  private static boolean isPair(Expr value) {
    return value instanceof Expr.Row row && row.items().size() == 2;
  }

  /** {@code ROW(...)}. */
  Expr row() {
    int start = in.start();
    in.expect("row");
    in.expect("(");
    List<Expr> items = in.at(")") ? List.of() : grammar.expressions.list();
    in.expect(")");
    return overlaps(new Expr.Row(items, in.spanFrom(start)), start);
  }

  /** A column, a function call or a constant of a named type. */
  private Expr named(int start) {
    if (in.at("double", "precision")) {
      return grammar.specialCalls.typedConstant(start);
    }
    if (in.at("json", "(")) {
      return grammar.specialCalls.json();
    }
    if (in.kind() != TokenKind.COLUMN_NAME
        && (in.isNext(1, "(") || in.kind(1) == TokenKind.STRING)) {
      return functionOrConstant(start);
    }
    List<String> parts = List.of(in.name());
    if (in.at(".")) {
      parts = new ArrayList<>(parts);
      while (in.at(".") && !in.isNext(1, "*")) {
        in.advance();
        parts.add(in.label());
      }
    }
    Name name = new Name(parts, in.spanFrom(start));
    if (in.at(".")) {
      in.skip(2);
      return new Expr.Column(name, true, in.spanFrom(start));
    }
    if (parts.size() > 1) {
      if (in.at("(")) {
        return grammar.calls.call(name, start, true);
      }
      if (in.kind() == TokenKind.STRING) {
        return constant(new TypeName(name, List.of(), 0, name.span()), start);
      }
    }
    return indirection(new Expr.Column(name, false, name.span()), start);
  }

  /** {@code f(...)} or {@code type 'text'} by a name of one word. */
  private Expr functionOrConstant(int start) {
    if (!in.atFunctionName()) {
      throw in.unexpected("an expression");
    }
    Name name = new Name(List.of(in.take()), in.spanFrom(start));
    if (in.at("(")) {
      return grammar.calls.call(name, start, true);
    }
    return constant(new TypeName(name, List.of(), 0, name.span()), start);
  }

  /** The string of a constant whose type was read. */
  Expr constant(TypeName type, int start) {
    if (in.kind() != TokenKind.STRING) {
      throw in.unexpected("a string");
    }
    Expr value = literal(Expr.LiteralKind.STRING);
    return new Expr.Cast(value, type, in.spanFrom(start));
  }

  private Expr reserved(int start) {
    return switch (in.text()) {
      case "true" -> keyword(Expr.LiteralKind.TRUE);
      case "false" -> keyword(Expr.LiteralKind.FALSE);
      case "null" -> keyword(Expr.LiteralKind.NULL);
      case "case" -> caseExpression(start);
      default -> {
        in.nesting.enter(NestingDepth.CLAUSE, start);
        Expr value = in.at("array") ? array(start) : grammar.specialCalls.reservedWord();
        in.nesting.leave(NestingDepth.CLAUSE);
        yield value;
      }
    };
  }

  private Expr keyword(Expr.LiteralKind kind) {
    return literal(kind);
  }

  private Expr caseExpression(int start) {
    in.nesting.enter(NestingDepth.CLAUSE, start);
    in.expect("case");
    Expr subject = in.at("when") ? null : grammar.expressions.expression();
    List<Expr> whens = new ArrayList<>();
    List<Expr> thens = new ArrayList<>();
    do {
      in.expect("when");
      whens.add(grammar.expressions.expression());
      in.expect("then");
      thens.add(grammar.expressions.expression());
    } while (in.at("when"));
    Expr otherwise = in.accept("else") ? grammar.expressions.expression() : null;
    in.expect("end");
    in.nesting.leave(NestingDepth.CLAUSE);
    return new Expr.Case(subject, whens, thens, otherwise, in.spanFrom(start));
  }

  private Expr array(int start) {
    in.expect("array");
    if (in.at("(")) {
      Query query = grammar.groups.query();
      return new Expr.ArrayQuery(query, in.spanFrom(start));
    }
    return new Expr.ArrayOf(arrayItems(), in.spanFrom(start));
  }

  /** {@code [a, b]}, where each item may be such a list itself. */
  private List<Expr> arrayItems() {
    in.nesting.enter(NestingDepth.CLAUSE, in.start());
    in.expect("[");
    List<Expr> items = new ArrayList<>();
    if (!in.at("]")) {
      do {
        int start = in.start();
        items.add(
            in.at("[")
                ? new Expr.ArrayOf(arrayItems(), in.spanFrom(start))
                : grammar.expressions.expression());
      } while (in.accept(","));
    }
    in.expect("]");
    in.nesting.leave(NestingDepth.CLAUSE);
    return items;
  }

  /** The subscripts and fields behind a value. */
  Expr indirection(Expr value, int start) {
    Expr result = value;
    int run = 0;
    while (in.at("[") || in.at(".")) {
      if (in.accept(".")) {
        String field = in.accept("*") ? "*" : in.label();
        result = new Expr.Field(result, field, in.spanFrom(start));
        if (field.equals("*")) {
          break;
        }
      } else {
        result = subscript(result, start);
      }
      run++;
    }
    in.nesting.ran(run);
    return result;
  }

  private Expr subscript(Expr value, int start) {
    in.nesting.enter(NestingDepth.CLAUSE, start);
    in.expect("[");
    Expr low = in.at(":") ? null : grammar.expressions.expression();
    boolean slice = in.accept(":");
    Expr high = !slice || in.at("]") ? null : grammar.expressions.expression();
    in.expect("]");
    in.nesting.leave(NestingDepth.CLAUSE);
    return new Expr.Subscript(value, low, high, slice, in.spanFrom(start));
  }

  /** The fields and subscripts behind a column that is written to; the expressions in them. */
  @Nullable List<Expr> targetIndirection() {
    if (!in.at("[") && !in.at(".")) {
      return null;
    }
    List<Expr> subscripts = new ArrayList<>();
    while (in.at("[") || in.at(".")) {
      if (in.accept(".")) {
        in.label();
        continue;
      }
      in.expect("[");
      if (!in.at(":")) {
        subscripts.add(grammar.expressions.expression());
      }
      if (in.accept(":") && !in.at("]")) {
        subscripts.add(grammar.expressions.expression());
      }
      in.expect("]");
    }
    return subscripts;
  }
}
