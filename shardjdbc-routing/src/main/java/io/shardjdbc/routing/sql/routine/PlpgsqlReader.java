package io.shardjdbc.routing.sql.routine;

import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.parse.SqlParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the statements and expressions out of a body in PL/pgSQL.
 *
 * <p>It is no interpreter: control structures are passed over, and what stands in them is taken as
 * if it ran. PL/pgSQL gives its expressions to the SQL parser as they are, up to a word such as
 * THEN or LOOP, or a semicolon; so does this. What it cannot read makes the body opaque, never
 * shorter.
 */
final class PlpgsqlReader extends PlpgsqlTokens {

  private static final Set<String> PASSED_OVER =
      Set.of("get", "close", "null", "commit", "rollback", "end");

  private static final Set<String> DIRECTIONS =
      Set.of(
          "next", "prior", "first", "last", "absolute", "relative", "forward", "backward", "all");

  private static final String RUNS_TEXT = "runs a text that it makes itself";

  private final List<ParsedSql> statements = new ArrayList<>();
  private @Nullable String opaque;

  PlpgsqlReader(String source) {
    super(source);
  }

  RoutineBody read() {
    while (!isEnd(at)) {
      int before = at;
      statement();
      if (at == before) {
        throw unexpected();
      }
    }
    Set<String> given = new GivenColumns(tokens, this::word).all();
    return new RoutineBody(statements, opaque, given, new ChangedNames(tokens, this::word).all());
  }

  private void statement() {
    String word = word(at);
    if (word.equals(";") || word.equals("loop") || word.equals("else") || word.equals("begin")) {
      at++;
    } else if (isSign("<<")) {
      passTo(">>");
      at++;
    } else if (isSign("#")) {
      at += 3; // #variable_conflict use_column
    } else if (isAssignment()) {
      assignment();
    } else if (PASSED_OVER.contains(word)) {
      passTo(";");
    } else {
      keyword(word);
    }
  }

  private void keyword(String word) {
    switch (word) {
      case "declare" -> declarations();
      case "exception" -> at++;
      case "if", "elsif", "elseif", "while", "when" -> condition();
      case "case" -> caseOf();
      case "for" -> forLoop();
      case "foreach" -> foreach();
      case "exit", "continue" -> leave();
      case "return" -> returned();
      case "raise" -> raise();
      case "assert", "perform", "call" -> behind();
      case "open" -> open();
      case "fetch", "move" -> fetch();
      default -> sql();
    }
  }

  private void assignment() {
    int sign = afterVariable(at);
    if (word(sign - 1).equals("]")) {
      fragment("SELECT ", at, sign); // for what computes the subscripts
    }
    at = sign + 1;
    expressions(";");
  }

  /** {@code FETCH [direction] [count] FROM cursor INTO ..}, whose count is an expression. */
  private void fetch() {
    int end = find(at, ";");
    int count = DIRECTIONS.contains(word(at + 1)) ? at + 2 : at + 1;
    int open = 0;
    for (int i = count; i < end; i++) {
      String word = word(i);
      open += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
      if (open == 0 && (word.equals("from") || word.equals("in"))) {
        fragment("SELECT ", word(count).equals("all") ? i : count, i);
        break;
      }
    }
    at = end;
  }

  private void behind() {
    at++;
    expressions(";");
  }

  private void declarations() {
    at++;
    while (!isEnd(at) && !word(at).equals("begin")) {
      int end = find(at, ";");
      int value = valueOf(at, end);
      at = value;
      boolean query = Set.of("for", "is").contains(word(value - 1));
      boolean alias = query && word(value - 2).equals("alias");
      if (value < end && !alias) {
        fragment(query ? "" : "SELECT ", value, end);
      }
      at = end + 1;
    }
  }

  /** Where the value of a declaration starts, or the query of a cursor; its end if it has none. */
  private int valueOf(int from, int end) {
    for (int i = from + 1; i < end; i++) {
      String word = word(i);
      if (word.equals(":=") || word.equals("=") || word.equals("default")) {
        return i + 1;
      }
      if ((word.equals("for") || word.equals("is")) && i > from + 1) {
        return i + 1;
      }
    }
    return end;
  }

  private void condition() {
    boolean loop = word(at).equals("while");
    at++;
    expressions(loop ? "loop" : "then");
    at++;
  }

  private void caseOf() {
    at++;
    if (!word(at).equals("when")) {
      expressions("when");
    }
  }

  private void forLoop() {
    passTo("in");
    at++;
    if (word(at).equals("reverse")) {
      at++;
    }
    int end = find(at, "loop");
    if (word(at).equals("execute")) {
      execute(end);
    } else if (startsQuery(at)) {
      fragment("", at, end);
    } else {
      range(end);
    }
    at = end + 1;
  }

  /** {@code low .. high BY step}, or the name of a cursor with its arguments. */
  private void range(int end) {
    int from = at;
    int open = 0;
    boolean isRange = false;
    for (int i = at; i < end; i++) {
      String word = word(i);
      open += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
      if (open == 0 && (word.equals("..") || word.equals("by"))) {
        fragment("SELECT ", from, i);
        isRange = true;
        from = i + 1;
      }
    }
    if (isRange) {
      fragment("SELECT ", from, end);
    } else if (word(from + 1).equals("(")) {
      fragment("SELECT ROW", from + 1, end);
    }
  }

  private void foreach() {
    passTo("array");
    at++;
    int end = find(at, "loop");
    fragment("SELECT ", at, end);
    at = end + 1;
  }

  private void leave() {
    int end = find(at, ";");
    for (int i = at; i < end; i++) {
      if (word(i).equals("when")) {
        fragment("SELECT ", i + 1, end);
        break;
      }
    }
    at = end;
  }

  private void returned() {
    at++;
    if (word(at).equals("query") && !word(at + 1).equals(";")) {
      at++;
      sql();
      return;
    }
    if (word(at).equals("next")) {
      at++;
    }
    expressions(";");
  }

  /** {@code RAISE [level] 'format', values [USING option = value, ..]}, or a condition's name. */
  private void raise() {
    int end = find(at, ";");
    int from = at + 1;
    while (from < end && !word(from).equals(",") && !word(from).equals("using")) {
      from++;
    }
    int start = from + 1;
    int open = 0;
    for (int i = from + 1; i <= end; i++) {
      String word = word(i);
      open += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
      boolean option = word.equals("=") && i == start + 1;
      if (i == end || (open == 0 && (word.equals(",") || word.equals("using")))) {
        fragment("SELECT ", start, i);
        start = i + 1;
      } else if (option) {
        start = i + 1;
      }
    }
    at = end;
  }

  private void open() {
    int end = find(at, ";");
    for (int i = at; i < end; i++) {
      if (word(i).equals("for")) {
        at = i + 1;
        sql();
        return;
      }
    }
    int arguments = at + 2;
    if (word(arguments).equals("(")) {
      fragment("SELECT ROW", arguments, end);
    }
    at = end;
  }

  /** A text that is written there is read; one that is put together is not. */
  private void execute(int end) {
    int text = at + 1;
    boolean written =
        tokens.kind(text) == TokenKind.STRING
            && (text + 1 == end || word(text + 1).equals("into") || word(text + 1).equals("using"));
    if (written) {
      statements.add(SqlParser.parse(tokens.text(text), QuestionMarks.OPERATORS));
      for (int i = text + 1; i < end; i++) {
        if (word(i).equals("using")) {
          fragment("SELECT ", i + 1, end);
        }
      }
    } else {
      opaque = RUNS_TEXT;
    }
    at = end;
  }

  /** Expressions with commas between them, up to a word. */
  private void expressions(String word) {
    int end = find(at, word);
    fragment("SELECT ", at, end);
    at = end;
  }

  /** A statement as it is written, or EXECUTE with its text. */
  private void sql() {
    int end = find(at, ";");
    if (word(at).equals("execute")) {
      execute(end);
    } else {
      fragment("", at, end);
      at = end;
    }
  }

  private void fragment(String before, int from, int to) {
    if (from < to) {
      String text = source.substring(0, tokens.end(to - 1));
      String whole = before + withoutTargets(text, from, to);
      statements.add(SqlParser.parse(whole, QuestionMarks.OPERATORS));
    }
  }

  /** Puts blanks where INTO names variables. */
  private String withoutTargets(String text, int from, int to) {
    StringBuilder left = new StringBuilder(text.substring(tokens.start(from)));
    int open = 0;
    for (int i = from; i < to; i++) {
      String word = word(i);
      open += word.equals("(") ? 1 : word.equals(")") ? -1 : 0;
      boolean names = i > from && (word(i - 1).equals("insert") || word(i - 1).equals("merge"));
      if (open == 0 && word.equals("into") && !names) {
        int end = afterTargets(i + 1);
        for (int c = tokens.start(i); c < tokens.end(end - 1); c++) {
          left.setCharAt(c - tokens.start(from), ' ');
        }
        break;
      }
    }
    return left.toString();
  }

  private int afterTargets(int from) {
    int i = word(from).equals("strict") ? from + 1 : from;
    while (true) {
      i = afterVariable(i);
      if (!word(i).equals(",")) {
        return i;
      }
      i++;
    }
  }

  private boolean startsQuery(int index) {
    return Set.of("select", "with", "values", "table", "(", "insert", "update", "delete", "merge")
        .contains(word(index));
  }
}
