package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Query;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.Statement;

/** Reads one statement by its first word. */
final class StatementParser {

  private final Grammar grammar;
  private final TokenStream in;

  StatementParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /** Any statement. */
  Statement statement() {
    return atData() ? data() : grammar.utilities.utility();
  }

  /** Whether a statement starts here that reads or changes rows. */
  boolean atData() {
    return in.atAny(
        "select", "insert", "update", "delete", "with", "values", "(", "merge", "table");
  }

  /** SELECT and its kin, INSERT, UPDATE, DELETE or MERGE, with their WITH. */
  Statement data() {
    in.nesting.enter(NestingDepth.QUERY, in.start());
    int start = in.start();
    Query.With with = in.at("with") ? grammar.withs.with() : null;
    Statement statement =
        switch (in.fixed(0)) {
          case "insert" -> grammar.inserts.insert(with, start);
          case "update" -> grammar.changes.update(with, start);
          case "delete" -> grammar.changes.delete(with, start);
          case "merge" -> grammar.merges.merge(with, start);
          case "select", "values", "table", "(" -> {
            Query query = grammar.queries.query(with, start);
            yield new SelectStatement(query, query.span());
          }
          default -> throw in.unexpected("a statement");
        };
    in.nesting.leave(NestingDepth.QUERY);
    return statement;
  }
}
