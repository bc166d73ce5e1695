package io.shardjdbc.routing.sql.routine;

import io.shardjdbc.routing.sql.lex.Lexer;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.lex.Tokens;

/** The words and signs of a body in PL/pgSQL, and a place among them. */
abstract class PlpgsqlTokens {

  final String source;
  final Tokens tokens;
  int at;

  PlpgsqlTokens(String source) {
    this.source = source;
    this.tokens = Lexer.read(source, QuestionMarks.OPERATORS);
  }

  /** {@code name.field[index]}. */
  final int afterVariable(int from) {
    int i = from + 1;
    while (word(i).equals(".") || word(i).equals("[")) {
      i = word(i).equals(".") ? i + 2 : find(i + 1, "]") + 1;
    }
    return i;
  }

  final boolean isAssignment() {
    TokenKind kind = tokens.kind(at);
    boolean name =
        kind == TokenKind.IDENTIFIER
            || kind == TokenKind.UNRESERVED
            || kind == TokenKind.COLUMN_NAME
            || kind == TokenKind.PARAMETER;
    if (!name) {
      return false;
    }
    String sign = word(afterVariable(at));
    return sign.equals(":=") || sign.equals("=");
  }

  /** Where a word stands that is in no parentheses and in no CASE. */
  final int find(int from, String word) {
    int open = 0;
    int cases = 0;
    for (int i = from; !isEnd(i); i++) {
      String here = word(i).isEmpty() ? " " : word(i);
      if (open == 0 && cases == 0 && here.equals(word)) {
        return i;
      }
      open += "([".contains(here) ? 1 : ")]".contains(here) ? -1 : 0;
      if (here.equals("case")) {
        cases++;
      } else if (here.equals("end") && cases > 0) {
        cases--;
      }
    }
    throw unexpected();
  }

  final void passTo(String sign) {
    while (!isEnd(at) && !word(at).equals(sign)) {
      at++;
    }
  }

  final boolean isSign(String sign) {
    return word(at).equals(sign);
  }

  final boolean isEnd(int index) {
    return tokens.kind(Math.min(index, tokens.size() - 1)) == TokenKind.END;
  }

  /** A keyword of either language, or a sign; empty for what is neither. */
  final String word(int index) {
    int i = Math.min(index, tokens.size() - 1);
    TokenKind kind = tokens.kind(i);
    boolean quoted = kind == TokenKind.IDENTIFIER && source.charAt(tokens.start(i)) == '"';
    boolean says =
        kind.isFixed() || kind == TokenKind.OPERATOR || (kind == TokenKind.IDENTIFIER && !quoted);
    return says ? tokens.text(i) : "";
  }

  final SqlSyntaxException unexpected() {
    int i = Math.min(at, tokens.size() - 1);
    return new SqlSyntaxException("a body that is not understood", tokens.start(i));
  }
}
