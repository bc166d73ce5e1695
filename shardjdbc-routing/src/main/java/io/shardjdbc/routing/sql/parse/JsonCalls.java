package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.ArrayList;
import java.util.List;

/** Reads the functions of SQL/JSON, of PostgreSQL 16 to 18. */
final class JsonCalls {

  private final Grammar grammar;
  private final TokenStream in;

  JsonCalls(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /** A call; the cursor is at its name, which a parenthesis follows. */
  Expr call() {
    int start = in.start();
    String name = in.take();
    in.expect("(");
    List<Expr> arguments = new ArrayList<>();
    List<Query.SortItem> orderBy = List.of();
    switch (name) {
      case "json_object" -> {
        if (!object(arguments)) {
          in.expect(")");
          return grammar.calls.plain(name, start, arguments);
        }
      }
      case "json_array" -> array(arguments);
      case "json_objectagg" -> {
        nameAndValue(arguments);
        nullClause();
        uniqueKeys();
      }
      case "json_arrayagg" -> {
        value(arguments);
        orderBy = grammar.queries.orderBy();
        nullClause();
      }
      case "json_exists", "json_query", "json_value" -> path(arguments);
      // json, json_scalar, json_serialize; and functions of older servers by such names
      default -> {
        if (!in.at(")")) {
          do {
            value(arguments);
          } while (in.accept(","));
          uniqueKeys();
        }
      }
    }
    returning();
    if (name.equals("json_query")) {
      wrapper();
      quotes();
    }
    if (name.equals("json_exists") || name.equals("json_query") || name.equals("json_value")) {
      behaviors(arguments);
    }
    in.expect(")");
    CallParser.Call call = grammar.calls.specialCall(name, start, arguments).orderBy(orderBy);
    return name.endsWith("agg") ? grammar.calls.clauses(call) : call.done(in);
  }

  /** {@code a FORMAT JSON}. */
  private void value(List<Expr> into) {
    into.add(grammar.expressions.expression());
    format();
  }

  private void format() {
    if (in.accept("format", "json") && in.accept("encoding")) {
      in.name();
    }
  }

  private void nameAndValue(List<Expr> into) {
    into.add(grammar.expressions.expression());
    if (!in.accept("value")) {
      in.expect(":");
    }
    value(into);
  }

  /** The pairs of JSON_OBJECT; false where it is the plain function of that name. */
  private boolean object(List<Expr> arguments) {
    if (in.at(")") || in.at("returning")) {
      return true;
    }
    boolean pairs = false;
    boolean several = false;
    do {
      if (in.atFunctionName() && (in.isNext(1, "=>") || in.isNext(1, ":="))) {
        in.skip(2);
      }
      arguments.add(grammar.expressions.expression());
      boolean pair = in.accept("value") || in.accept(":");
      if (pair) {
        value(arguments);
      }
      if (several && pair != pairs) {
        throw in.unexpected("pairs of names and values");
      }
      pairs = pair;
      several = true;
    } while (in.accept(","));
    if (pairs) {
      nullClause();
      uniqueKeys();
    }
    return pairs;
  }

  private void array(List<Expr> arguments) {
    if (in.at(")") || in.at("returning")) {
      return;
    }
    if (grammar.queries.atQuery()) {
      int start = in.start();
      Query query = grammar.queries.query();
      arguments.add(new Expr.Subquery(query, in.spanFrom(start)));
      format();
      return;
    }
    do {
      value(arguments);
    } while (in.accept(","));
    nullClause();
  }

  private void nullClause() {
    if (in.at("null", "on") || in.at("absent", "on")) {
      in.skip(2);
      in.expect("null");
    }
  }

  private void uniqueKeys() {
    if (in.atAny("with", "without") && in.isNext(1, "unique")) {
      in.skip(2);
      in.accept("keys");
    }
  }

  private void returning() {
    if (in.accept("returning")) {
      grammar.types.type();
      format();
    }
  }

  private void path(List<Expr> arguments) {
    value(arguments);
    in.expect(",");
    arguments.add(grammar.expressions.expression());
    passing(arguments);
  }

  private void passing(List<Expr> arguments) {
    if (in.accept("passing")) {
      do {
        value(arguments);
        in.expect("as");
        in.label();
      } while (in.accept(","));
    }
  }

  private void wrapper() {
    if (in.accept("without")) {
      in.accept("array");
      in.expect("wrapper");
    } else if (in.accept("with")) {
      if (!in.accept("conditional")) {
        in.accept("unconditional");
      }
      in.accept("array");
      in.expect("wrapper");
    }
  }

  private void quotes() {
    if (in.accept("keep", "quotes") || in.accept("omit", "quotes")) {
      if (in.accept("on", "scalar")) {
        in.expect("string");
      }
    }
  }

  private void behaviors(List<Expr> arguments) {
    while (in.atAny("default", "error", "null", "true", "false", "unknown", "empty")) {
      String word = in.take();
      if (word.equals("default")) {
        arguments.add(grammar.expressions.expression());
      } else if (word.equals("empty") && !in.accept("array")) {
        in.accept("object");
      }
      in.expect("on");
      if (!in.accept("empty")) {
        in.expect("error");
      }
    }
  }

  /** {@code JSON_TABLE(...)}. */
  Expr table() {
    int start = in.start();
    in.expect("json_table");
    in.expect("(");
    List<Expr> arguments = new ArrayList<>();
    value(arguments);
    in.expect(",");
    arguments.add(grammar.expressions.expression());
    if (in.accept("as")) {
      in.name();
    }
    passing(arguments);
    columns(arguments);
    behaviors(arguments);
    in.expect(")");
    return grammar.calls.special("json_table", start, arguments);
  }

  private void columns(List<Expr> arguments) {
    in.nesting.enter(NestingDepth.CLAUSE, in.start());
    in.expect("columns");
    in.expect("(");
    do {
      column(arguments);
    } while (in.accept(","));
    in.expect(")");
    in.nesting.leave(NestingDepth.CLAUSE);
  }

  private void column(List<Expr> arguments) {
    if (in.at("nested") && (in.isNext(1, "path") || in.kind(1) == TokenKind.STRING)) {
      in.advance();
      in.accept("path");
      string(arguments);
      if (in.accept("as")) {
        in.name();
      }
      columns(arguments);
      return;
    }
    in.name();
    if (in.accept("for", "ordinality")) {
      return;
    }
    grammar.types.type();
    if (!in.accept("exists")) {
      format();
    }
    if (in.accept("path")) {
      string(arguments);
    }
    wrapper();
    quotes();
    behaviors(arguments);
  }

  private void string(List<Expr> arguments) {
    if (in.kind() != TokenKind.STRING) {
      throw in.unexpected("a path");
    }
    arguments.add(grammar.primaries.primary());
  }
}
