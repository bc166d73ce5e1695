package io.shardjdbc.routing.sql;

import java.util.List;

/** Reads statements that are not DML: their verb and the objects they name. */
final class UtilityParser {

  private final TokenStream in;

  UtilityParser(Grammar grammar) {
    this.in = grammar.in;
  }

  Utility utility() {
    int start = in.start();
    String verb = in.kind().isKeyword() ? in.text() : "";
    if (verb.isEmpty() && !in.atEnd()) {
      throw in.unexpected("a statement");
    }
    while (!in.atEnd() && !in.at(";")) {
      in.advance();
    }
    return new Utility(verb, "", List.of(), List.of(), null, in.spanFrom(start));
  }
}
