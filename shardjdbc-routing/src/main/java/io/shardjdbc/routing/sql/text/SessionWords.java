package io.shardjdbc.routing.sql.text;

import io.shardjdbc.routing.sql.lex.Lexer;
import io.shardjdbc.routing.sql.lex.QuestionMarks;
import io.shardjdbc.routing.sql.lex.SqlSyntaxException;
import io.shardjdbc.routing.sql.lex.TokenKind;
import io.shardjdbc.routing.sql.lex.Tokens;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells whether the source of a function names anything by which a session is changed, or runs a
 * text that it puts together.
 *
 * <p>It goes by the words as a server reads them: those of comments, however deep, do not count,
 * and those of strings do, since a string may be SQL that is run. What cannot be read may change
 * anything. So it errs on one side only: a column that is called {@code temp} counts.
 */
public final class SessionWords {

  private static final int DEPTH = 8;

  private static final Set<String> WORDS =
      Set.of(
          "set_config",
          "pg_settings",
          "set_limit",
          "isn_weak",
          "setseed",
          "listen",
          "unlisten",
          "temp",
          "temporary",
          "prepare",
          "deallocate",
          "execute",
          "discard",
          "reset",
          "load",
          "lo_open",
          "ts_stat",
          "ts_rewrite");

  private static final List<String> BEGINNINGS =
      List.of(
          "pg_advisory_lock",
          "pg_advisory_unlock",
          "pg_try_advisory_lock",
          "pg_temp",
          "dblink",
          "query_to_xml",
          "cursor_to_xml");

  /** Behind which a statement of PL/pgSQL begins, as it does behind a semicolon. */
  private static final Set<String> BEFORE_STATEMENTS =
      Set.of("begin", "then", "else", "loop", "do", "atomic");

  private SessionWords() {}

  public static boolean in(String source) {
    return in(source, DEPTH);
  }

  private static boolean in(String source, int depth) {
    Tokens tokens;
    try {
      tokens = Lexer.read(source, QuestionMarks.OPERATORS);
    } catch (SqlSyntaxException unreadable) {
      return true;
    }
    boolean assigns = false;
    String before = ";";
    for (int i = 0; i < tokens.size(); i++) {
      TokenKind kind = tokens.kind(i);
      if (kind == TokenKind.STRING) {
        if (ofString(tokens.text(i), depth - 1)) {
          return true;
        }
      }
      boolean word = kind == TokenKind.IDENTIFIER || kind.isKeyword();
      String text = tokens.text(i).toLowerCase(Locale.ROOT);
      if (word && (changes(text) || (text.equals("hold") && before.equals("with")))) {
        return true;
      }
      if (word && text.equals("set") && !assigns) {
        return true;
      }
      assigns = assigns(text, assigns);
      before = text;
    }
    return false;
  }

  /** Whether SET would be the one of UPDATE, or of a definition, and no command. */
  private static boolean assigns(String word, boolean before) {
    if (word.equals(";") || word.equals(">>") || BEFORE_STATEMENTS.contains(word)) {
      return false;
    }
    return before || word.equals("update") || word.equals("delete") || word.equals("alter");
  }

  private static boolean changes(String name) {
    return WORDS.contains(name) || BEGINNINGS.stream().anyMatch(name::startsWith);
  }

  /** Most strings are no SQL; one that cannot be read as SQL is none, but may have the words. */
  private static boolean ofString(String content, int depth) {
    if (depth > 0) {
      try {
        Lexer.read(content, QuestionMarks.OPERATORS);
        return in(content, depth);
      } catch (SqlSyntaxException none) {
        // as below
      }
    }
    for (String word : content.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}_$]+", -1)) {
      if (changes(word) || word.equals("set")) {
        return true;
      }
    }
    return false;
  }
}
