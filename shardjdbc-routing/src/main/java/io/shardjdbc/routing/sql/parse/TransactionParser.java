package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.lex.TokenKind;

/**
 * Reads the statements that begin and end transactions, to their last word.
 *
 * <p>No server sees them as they stand, because a logical connection carries them out itself; so no
 * server says that one of them is wrong.
 */
final class TransactionParser {

  private final TokenStream in;

  TransactionParser(TokenStream in) {
    this.in = in;
  }

  void read(String verb, UtilityParser.Draft draft) {
    switch (verb) {
      case "savepoint" -> name(draft);
      case "release" -> savepoint(draft);
      case "start" -> {
        in.expect("transaction");
        draft.object = "transaction";
        modes();
      }
      case "begin" -> {
        optionalNoun();
        modes();
      }
      default -> end(verb, draft);
    }
    if (!in.isStatementEnd(0)) {
      throw in.unexpected("the end");
    }
  }

  private void end(String verb, UtilityParser.Draft draft) {
    if (in.at("prepared") && in.kind(1) == TokenKind.STRING) {
      draft.object = "prepared";
      in.skip(2);
      return;
    }
    optionalNoun();
    if (verb.equals("rollback") && in.accept("to")) {
      draft.object = "savepoint";
      savepoint(draft);
    } else if (in.at("and", "chain")) {
      draft.object = "chain";
      in.skip(2);
    } else if (in.accept("and")) {
      in.expect("no");
      in.expect("chain");
    }
  }

  private void optionalNoun() {
    if (!in.accept("work")) {
      in.accept("transaction");
    }
  }

  private void savepoint(UtilityParser.Draft draft) {
    if (in.at("savepoint") && !in.isStatementEnd(1)) {
      in.advance();
    }
    name(draft);
  }

  private void name(UtilityParser.Draft draft) {
    Name name = in.anyName();
    if (name == null) {
      throw in.unexpected("a name");
    }
    draft.names.add(name);
  }

  /** ISOLATION LEVEL, READ ONLY or WRITE, DEFERRABLE; a comma between two is optional. */
  private void modes() {
    boolean more = !in.isStatementEnd(0);
    while (more) {
      if (in.accept("isolation", "level")) {
        level();
      } else if (in.accept("read")) {
        either("only", "write");
      } else {
        in.accept("not");
        in.expect("deferrable");
      }
      boolean comma = in.accept(",");
      more = comma || !in.isStatementEnd(0);
    }
  }

  private void level() {
    if (in.accept("read")) {
      either("committed", "uncommitted");
    } else if (in.accept("repeatable")) {
      in.expect("read");
    } else {
      in.expect("serializable");
    }
  }

  private void either(String one, String other) {
    if (!in.accept(one)) {
      in.expect(other);
    }
  }
}
