package io.shardjdbc.routing.sql.routine;

import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.lex.Tokens;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Finds what a trigger's function in PL/pgSQL gives the new row, or the old one: by an assignment,
 * by INTO, by a loop, or by returning another row in its place.
 */
final class GivenColumns {

  private static final Set<String> HARMLESS = Set.of("new", "old", "coalesce", "tg_op");

  private static final Set<String> ROWS = Set.of("new", "old");

  private final Tokens tokens;
  private final IntFunction<String> word;
  private final Set<String> given = new HashSet<>();

  /**
   * @param word a keyword, an identifier or a sign at a place; empty for what is none of them
   */
  GivenColumns(Tokens tokens, IntFunction<String> word) {
    this.tokens = tokens;
    this.word = word;
  }

  Set<String> all() {
    for (int i = 1; i < tokens.size(); i++) { // a body starts with a word of its own
      String here = word.apply(i);
      boolean row = ROWS.contains(here) && !word.apply(i - 1).equals(".");
      if (here.equals("return") && returnsAnother(i + 1)) {
        given.add(RoutineBody.ANY);
      } else if (here.equals("alias") && ROWS.contains(word.apply(i + 2))) {
        given.add(RoutineBody.ANY);
      } else if (row && (isDeclared(i) || isHanded(i))) {
        given.add(RoutineBody.ANY);
      } else if (row) {
        row(i);
      }
    }
    return given;
  }

  /** {@code NEW := ..}, {@code NEW.k = ..}, or either of them as a target of INTO. */
  private void row(int at) {
    boolean field = word.apply(at + 1).equals(".");
    String after = word.apply(field ? at + 3 : at + 1);
    boolean statement = startsStatement(at);
    boolean assigned =
        after.equals(":=") || (statement && (after.equals("=") || after.equals("[")));
    if (assigned ? !keeps(at) : isTarget(at)) {
      given.add(field ? tokens.text(at + 2) : RoutineBody.ANY);
    }
  }

  /** Whether a variable of the name is declared there. */
  private boolean isDeclared(int at) {
    boolean first = Set.of("declare", ";").contains(word.apply(at - 1));
    return first && !Set.of(":=", "=", ".", "[").contains(word.apply(at + 1));
  }

  /** Whether a procedure is given it, which may change what it is given. */
  private boolean isHanded(int at) {
    for (int i = at - 1; i > 0 && !word.apply(i).equals(";"); i--) {
      if (word.apply(i).equals("call")) {
        return true;
      }
    }
    return false;
  }

  private boolean startsStatement(int at) {
    return Set.of(";", "begin", "then", "else", "loop", ">>").contains(word.apply(at - 1));
  }

  /**
   * {@code NEW.k := OLD.k}, and what only fills a value that is missing: {@code IF NEW.k IS NULL
   * THEN NEW.k :=} and {@code NEW.k := coalesce(NEW.k,}.
   */
  private boolean keeps(int at) {
    if (!word.apply(at + 1).equals(".")) {
      return false;
    }
    String column = tokens.text(at + 2);
    boolean copied = Set.of("old", "new").contains(word.apply(at + 4)) && isOf(column, at + 4, ";");
    boolean filled =
        word.apply(at + 4).equals("coalesce")
            && word.apply(at + 6).equals("new")
            && isOf(column, at + 6, ",")
            && word.apply(afterParentheses(at + 5)).equals(";");
    boolean missing =
        at > 7
            && word.apply(at - 7).equals("if")
            && word.apply(at - 6).equals("new")
            && isOf(column, at - 6, "is")
            && word.apply(at - 2).equals("null")
            && word.apply(at - 1).equals("then");
    return copied || filled || missing;
  }

  /** What stands behind parentheses that open there. */
  private int afterParentheses(int from) {
    int open = 0;
    for (int i = from; i < tokens.size(); i++) {
      String here = word.apply(i);
      open += here.equals("(") ? 1 : here.equals(")") ? -1 : 0;
      if (open == 0) {
        return i + 1;
      }
    }
    return tokens.size();
  }

  /** Whether a row's column stands there, with some word behind it. */
  private boolean isOf(String column, int at, String behind) {
    return word.apply(at + 1).equals(".")
        && tokens.text(at + 2).equals(column)
        && word.apply(at + 3).equals(behind);
  }

  /** Whether it stands in the list behind INTO, or is what GET DIAGNOSTICS gives a value. */
  private boolean isTarget(int at) {
    for (int i = at - 1; i > 0; i--) {
      String here = word.apply(i);
      if (here.equals("into")) {
        return !Set.of("insert", "merge").contains(word.apply(i - 1));
      }
      if (Set.of("diagnostics", "for", "foreach").contains(here)) {
        return true;
      }
      boolean listed = here.equals(",") || here.equals(".") || here.equals("strict") || isName(i);
      if (!listed) {
        return false;
      }
    }
    return false;
  }

  /** Whether a comma stands there in a row that is written without ROW. */
  private boolean isList(int from, int at) {
    return word.apply(from).equals("(") && word.apply(at).equals(",");
  }

  private boolean isName(int at) {
    TokenKind kind = tokens.kind(at);
    return kind == TokenKind.IDENTIFIER
        || kind == TokenKind.UNRESERVED
        || kind == TokenKind.COLUMN_NAME;
  }

  /** Whether what is returned may be another row than NEW or OLD. */
  private boolean returnsAnother(int from) {
    for (int i = from; i < tokens.size() && !word.apply(i).equals(";"); i++) {
      boolean row = word.apply(i).equals("row") || isList(from, i);
      boolean another = isName(i) && !HARMLESS.contains(tokens.text(i));
      if (row || another) {
        return true;
      }
    }
    return false;
  }
}
