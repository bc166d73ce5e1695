package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads functions in FROM, ROWS FROM, XMLTABLE and JSON_TABLE. */
final class FromFunctions {

  private final Grammar grammar;
  private final TokenStream in;
  private final XmlCalls xml;
  private final JsonCalls json;

  FromFunctions(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
    this.xml = new XmlCalls(grammar);
    this.json = new JsonCalls(grammar);
  }

  FromItem item(boolean lateral, int start) {
    if (in.at("rows", "from") && in.isNext(2, "(")) {
      return rowsFrom(lateral, start);
    }
    if (in.at("xmltable", "(")) {
      return aliased(List.of(xml.table()), false, lateral, start);
    }
    if (in.at("json_table", "(")) {
      return aliased(List.of(json.table()), false, lateral, start);
    }
    return behind(List.of(function()), lateral, start);
  }

  private FromItem rowsFrom(boolean lateral, int start) {
    in.skip(3);
    List<Expr> calls = new ArrayList<>();
    do {
      calls.add(function());
      if (in.accept("as")) {
        columnDefinitions();
      }
    } while (in.accept(","));
    in.expect(")");
    return behind(calls, lateral, start);
  }

  private Expr function() {
    Expr call;
    int start = in.start();
    if (in.kind() == TokenKind.COLUMN_NAME || in.kind() == TokenKind.RESERVED) {
      call = grammar.primaries.primary();
    } else if (in.at("collation") || in.at("current_schema")) {
      call = grammar.primaries.primary();
    } else {
      if (!in.atFunctionName()) {
        throw in.unexpected("a table, query or function");
      }
      List<String> parts = new ArrayList<>(2);
      parts.add(in.take());
      while (in.accept(".")) {
        parts.add(in.label());
      }
      call = grammar.calls.call(new Name(parts, in.spanFrom(start)), start, false);
    }
    if (!(call instanceof Expr.Call) && !(call instanceof Expr.Cast)) {
      throw in.unexpected("a table, query or function");
    }
    return call;
  }

  /** WITH ORDINALITY and the alias, behind the calls. */
  FromItem behind(List<Expr> calls, boolean lateral, int start) {
    boolean ordinality = in.accept("with", "ordinality");
    return aliased(calls, ordinality, lateral, start);
  }

  private FromItem aliased(List<Expr> calls, boolean ordinality, boolean lateral, int start) {
    FromItem.Alias alias = alias(calls);
    return new FromItem.Function(lateral, calls, ordinality, alias, in.spanFrom(start));
  }

  private FromItem.@Nullable Alias alias(List<Expr> calls) {
    boolean as = in.accept("as");
    if (as && in.at("(")) {
      String name = calls.get(0) instanceof Expr.Call call ? call.name().last() : "";
      return new FromItem.Alias(name, columnDefinitions(), true);
    }
    if (!as && !in.atName()) {
      return null;
    }
    String name = in.name();
    if (!in.at("(")) {
      return new FromItem.Alias(name, List.of(), false);
    }
    boolean typed = in.isName(1) && !in.isNext(2, ",") && !in.isNext(2, ")");
    return new FromItem.Alias(name, typed ? columnDefinitions() : in.nameList(), typed);
  }

  /** {@code (a int, b text COLLATE "C")}. */
  private List<String> columnDefinitions() {
    in.expect("(");
    List<String> columns = new ArrayList<>();
    do {
      columns.add(in.name());
      grammar.types.type();
      if (in.accept("collate")) {
        in.qualifiedName();
      }
    } while (in.accept(","));
    in.expect(")");
    return columns;
  }
}
