package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads WITH and its common table expressions. */
final class WithParser {

  private final Grammar grammar;
  private final TokenStream in;

  WithParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  Query.With with() {
    int start = in.start();
    in.expect("with");
    boolean recursive = in.at("recursive") && in.isName(1);
    if (recursive) {
      in.advance();
    }
    List<Query.CommonTable> tables = new ArrayList<>();
    do {
      tables.add(table());
    } while (in.accept(","));
    return new Query.With(recursive, tables, in.spanFrom(start));
  }

  private Query.CommonTable table() {
    int start = in.start();
    String name = in.name();
    List<String> columns = in.at("(") ? in.nameList() : List.of();
    in.expect("as");
    Boolean materialized = null;
    if (in.accept("materialized")) {
      materialized = true;
    } else if (in.accept("not")) {
      in.expect("materialized");
      materialized = false;
    }
    in.expect("(");
    Statement statement = grammar.statements.data();
    in.expect(")");
    List<Expr> extras = new ArrayList<>();
    boolean search = in.at("search");
    if (search) {
      search();
    }
    boolean cycle = in.at("cycle");
    if (cycle) {
      cycle(extras);
    }
    return new Query.CommonTable(
        name, columns, materialized, statement, search || cycle, extras, in.spanFrom(start));
  }

  private void search() {
    in.expect("search");
    if (!in.accept("depth")) {
      in.expect("breadth");
    }
    in.expect("first");
    in.expect("by");
    columns();
    in.expect("set");
    in.name();
  }

  private void cycle(List<Expr> extras) {
    in.expect("cycle");
    columns();
    in.expect("set");
    in.name();
    if (in.accept("to")) {
      extras.add(grammar.primaries.primary());
      in.expect("default");
      extras.add(grammar.primaries.primary());
    }
    in.expect("using");
    in.name();
  }

  private void columns() {
    do {
      in.name();
    } while (in.accept(","));
  }
}
