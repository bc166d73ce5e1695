package io.shardjdbc.routing.sql.text;

import io.shardjdbc.routing.sql.lex.Characters;
import io.shardjdbc.routing.sql.lex.Lexer;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.lex.Tokens;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * All words and names of a text of SQL or PL/pgSQL as the server reads them: unescaped and without
 * their quotes, whatever characters they have.
 *
 * <p>A string may be SQL that a function runs, so that its names are among them. Stateless.
 */
public final class NamesInText {

  /** How deep strings in strings are cut into tokens. */
  private static final int DEPTH = 8;

  private final Set<String> names = new LinkedHashSet<>();

  private NamesInText() {}

  /**
   * The names in the order of the text, in lower case, whether quoted or not; empty where the text
   * cannot be cut into tokens, and may name anything.
   */
  public static Optional<Set<String>> of(String text) {
    NamesInText all = new NamesInText();
    return all.read(text, DEPTH) ? Optional.of(all.names) : Optional.empty();
  }

  private boolean read(String text, int depth) {
    Tokens tokens;
    try {
      tokens = Lexer.read(text, QuestionMarks.OPERATORS);
    } catch (SqlSyntaxException unreadable) {
      return false;
    }
    for (int i = 0; i < tokens.size(); i++) {
      TokenKind kind = tokens.kind(i);
      if (kind == TokenKind.IDENTIFIER || kind.isKeyword()) {
        add(tokens.text(i));
      } else if (kind == TokenKind.STRING) {
        string(tokens.text(i), depth - 1);
      }
    }
    return true;
  }

  /** Most strings are no SQL; what looks like a word in them is taken for one. */
  private void string(String content, int depth) {
    if (depth > 0 && read(content, depth)) {
      return;
    }
    int at = 0;
    while (at < content.length()) {
      int start = at++;
      if (Characters.startsName(content.charAt(start))) {
        while (at < content.length() && Characters.continuesName(content.charAt(at))) {
          at++;
        }
        add(content.substring(start, at));
      }
    }
  }

  private void add(String name) {
    names.add(name.toLowerCase(Locale.ROOT));
  }
}
