package io.shardjdbc.routing.sql.text;

import io.shardjdbc.routing.sql.lex.Lexer;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.lex.Tokens;
import io.shardjdbc.routing.sql.parse.SqlParser;

/**
 * A text without its literals, for people and traces: each constant is a {@code ?}, comments are
 * gone, and one blank stands where there was any.
 */
public final class PlainText {

  private PlainText() {}

  /** Of a text that can be cut into tokens; of another one, its first word. */
  public static String of(String sql) {
    Tokens tokens;
    try {
      tokens = Lexer.read(sql, QuestionMarks.PARAMETERS);
    } catch (SqlSyntaxException unreadable) {
      return SqlParser.verb(sql);
    }
    StringBuilder text = new StringBuilder(sql.length());
    int before = 0;
    for (int i = 0; i < tokens.size() && tokens.kind(i) != TokenKind.END; i++) {
      if (i > 0 && tokens.start(i) > before) {
        text.append(' ');
      }
      before = tokens.end(i);
      switch (tokens.kind(i)) {
        case INTEGER, DECIMAL, STRING, BITS -> text.append('?');
        default -> text.append(sql, tokens.start(i), before);
      }
    }
    return text.toString();
  }
}
