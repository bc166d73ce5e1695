package io.shardjdbc.routing.sql.parse;

import io.shardjdbc.routing.sql.ColumnChange;
import io.shardjdbc.routing.sql.Name;
import io.shardjdbc.routing.sql.Span;
import io.shardjdbc.routing.sql.Statement;
import io.shardjdbc.routing.sql.Utility;
import io.shardjdbc.routing.sql.lex.TokenKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads statements that are not DML: their verb and the objects they name.
 *
 * <p>It recognises what it knows and skips the rest token by token up to the statement's end, so
 * that a form it has never seen still gives its verb. Statements inside it are read as such: what
 * is refused elsewhere is refused there too.
 */
final class UtilityParser {

  private final Grammar grammar;
  private final TokenStream in;
  private final DefinitionParser definitions;

  UtilityParser(Grammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
    this.definitions = new DefinitionParser(grammar);
  }

  /** What was read so far. */
  static final class Draft {
    String object = "";
    boolean temporary;
    final List<Name> tables = new ArrayList<>(1);
    final List<Name> names = new ArrayList<>(1);
    final List<Utility.Relative> kin = new ArrayList<>(0);
    final List<ColumnChange> columns = new ArrayList<>(0);
    @Nullable Statement inner;
  }

  Utility utility() {
    in.nesting.enter(NestingDepth.CLAUSE, in.start());
    int start = in.start();
    Draft draft = new Draft();
    String verb = verb(draft);
    in.skipStatement();
    in.nesting.leave(NestingDepth.CLAUSE);
    return new Utility(
        verb,
        draft.object,
        draft.temporary,
        draft.tables,
        draft.names,
        draft.kin,
        draft.columns,
        draft.inner,
        in.spanFrom(start));
  }

  private String verb(Draft draft) {
    if (in.at("{")) {
      grammar.escapes.call(draft);
      return "call";
    }
    if (in.atEnd()) {
      return "";
    }
    if (!in.kind().isKeyword()) {
      throw in.unexpected("a statement");
    }
    int start = in.start();
    String verb = in.take();
    switch (verb) {
      case "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release" ->
          new TransactionParser(in).read(verb, draft);
      case "set" -> set(draft);
      case "show" -> parameter(draft);
      case "reset" -> {
        int at = in.start();
        parameter(draft);
        if (in.start() != at) {
          ended();
        }
      }
      case "explain" -> explain(draft);
      case "prepare" -> prepare(draft);
      case "execute", "listen", "unlisten", "notify", "call" -> name(draft);
      case "deallocate" -> {
        if (in.at("prepare") && !in.isStatementEnd(1)) {
          in.advance();
        }
        nameOrAll(draft);
      }
      case "close" -> nameOrAll(draft);
      case "discard" -> {
        draft.object = in.atLabel() ? in.take() : "";
        ended();
      }
      case "declare" -> declare(draft);
      case "fetch", "move" -> cursor(draft);
      case "copy" -> copy(draft);
      case "truncate", "lock" -> {
        in.accept("table");
        draft.object = "table";
        in.relations(draft.tables);
      }
      case "vacuum", "analyze", "analyse" -> maintain(draft);
      case "cluster" -> cluster(draft);
      case "checkpoint", "do", "load" -> {}
      default -> definitions.read(verb, start, draft);
    }
    return verb;
  }

  private void set(Draft draft) {
    if (in.accept("constraints")) {
      draft.object = "constraints";
      return;
    }
    if (in.at("session", "characteristics")) {
      characteristics(draft);
      return;
    }
    boolean scope =
        (in.at("local") || in.at("session"))
            && !in.isNext(1, "authorization")
            && !in.isNext(1, "to")
            && !in.isNext(1, "=");
    if (scope) {
      draft.object = in.take();
    }
    if (in.at("transaction") && !in.isNext(1, "=")) {
      draft.object = "transaction";
      return;
    }
    parameter(draft);
  }

  /** The parameters behind what later transactions are, each with the words that set it. */
  private void characteristics(Draft draft) {
    draft.object = in.take() + " " + in.take();
    if (!in.accept("as") || !in.accept("transaction")) {
      return;
    }
    while (!in.isStatementEnd(0)) {
      int start = in.start();
      String parameter = characteristic();
      if (parameter == null) {
        draft.names.clear(); // a server says what is wrong with it
        return;
      }
      draft.names.add(new Name(List.of(parameter), in.spanFrom(start)));
      in.accept(",");
    }
  }

  private @Nullable String characteristic() {
    if (in.accept("isolation") && in.accept("level")) {
      boolean known =
          in.accept("serializable")
              || (in.accept("repeatable") && in.accept("read"))
              || (in.accept("read") && (in.accept("committed") || in.accept("uncommitted")));
      return known ? "default_transaction_isolation" : null;
    }
    if (in.accept("read")) {
      return in.accept("only") || in.accept("write") ? "default_transaction_read_only" : null;
    }
    in.accept("not");
    return in.accept("deferrable") ? "default_transaction_deferrable" : null;
  }

  /** The parameter of SET, RESET or SHOW. */
  private void parameter(Draft draft) {
    String real =
        switch (in.fixed(0)) {
          case "time" -> in.isNext(1, "zone") ? "timezone" : null;
          case "session" -> in.isNext(1, "authorization") ? "session_authorization" : null;
          case "transaction" -> in.isNext(1, "isolation") ? "transaction_isolation" : null;
          case "xml" -> in.isNext(1, "option") ? "xmloption" : null;
          case "names" -> in.isNext(1, "=") || in.isNext(1, "to") ? null : "client_encoding";
          case "schema" -> in.kind(1) == TokenKind.STRING ? "search_path" : null;
          default -> null;
        };
    if (real != null) {
      draft.names.add(new Name(List.of(real), new Span(in.start(), in.end())));
    } else {
      nameOrAll(draft);
    }
  }

  private void name(Draft draft) {
    Name name = in.anyName();
    if (name != null) {
      draft.names.add(name);
    }
  }

  private void nameOrAll(Draft draft) {
    if (in.accept("all")) {
      draft.object = "all";
    } else {
      name(draft);
    }
  }

  private void explain(Draft draft) {
    if (in.at("(") && !atQueryInParentheses()) {
      in.advance();
      while (!in.at(")") && !in.atEnd()) {
        if (in.atAny("analyze", "analyse") && !isOff()) {
          draft.object = "analyze";
        }
        in.skipToken();
      }
      in.accept(")");
    } else {
      if (in.accept("analyze") || in.accept("analyse")) {
        draft.object = "analyze";
      }
      in.accept("verbose");
    }
    draft.inner = grammar.statements.statement();
    ended();
  }

  private boolean isOff() {
    String value = in.text(1).toLowerCase(java.util.Locale.ROOT);
    return value.equals("off") || value.equals("false") || value.equals("0");
  }

  private boolean atQueryInParentheses() {
    return switch (in.fixed(1)) {
      case "(", "select", "with", "table" -> true;
      case "values" -> in.isNext(2, "(");
      default -> false;
    };
  }

  private void prepare(Draft draft) {
    if (in.at("transaction") && in.kind(1) == TokenKind.STRING) {
      draft.object = "transaction";
      return;
    }
    name(draft);
    if (in.at("(")) {
      in.skipToken();
    }
    in.expect("as");
    draft.inner = grammar.statements.data();
    ended();
  }

  private void declare(Draft draft) {
    name(draft);
    while (!in.at("for") && !in.atEnd()) {
      in.advance();
    }
    in.expect("for");
    draft.inner = grammar.statements.data();
    ended();
  }

  /** Nothing may follow a statement inside another: what is not understood is not skipped. */
  private void ended() {
    if (!in.isStatementEnd(0)) {
      throw in.unexpected("the end");
    }
  }

  /** FETCH and MOVE name their cursor last. */
  private void cursor(Draft draft) {
    while (!in.isStatementEnd(0) && !in.isStatementEnd(1)) {
      in.advance();
    }
    name(draft);
  }

  private void copy(Draft draft) {
    if (in.accept("(")) {
      draft.inner = grammar.statements.data();
      in.expect(")");
      return;
    }
    draft.object = "table";
    if (in.at("binary") && in.isName(1)) {
      in.advance();
    }
    in.relations(draft.tables);
  }

  private void maintain(Draft draft) {
    if (in.at("(")) {
      in.skipToken();
    }
    while (in.atAny("full", "freeze", "verbose", "analyze", "analyse")) {
      in.advance();
    }
    draft.object = "table";
    in.relations(draft.tables);
  }

  private void cluster(Draft draft) {
    if (in.at("(")) {
      in.skipToken();
    }
    in.accept("verbose");
    draft.object = "table";
    Name name = in.anyName();
    if (name == null) {
      return;
    }
    if (in.accept("on")) {
      draft.names.add(name);
      in.relations(draft.tables);
    } else {
      draft.tables.add(name);
      if (in.accept("using")) {
        name(draft);
      }
    }
  }
}
