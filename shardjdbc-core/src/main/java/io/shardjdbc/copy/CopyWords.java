package io.shardjdbc.copy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words of a COPY statement: names, strings and signs, without comments. */
final class CopyWords {

  /**
   * A word.
   *
   * @param kind {@code w} for a plain word, in lower case; {@code q} for a name in quotes; {@code
   *     s} for a string; the sign itself for a sign
   */
  record Word(char kind, String text) {}

  private final String sql;
  private int at;

  private CopyWords(String sql) {
    this.sql = sql;
  }

  static List<Word> of(String sql) {
    CopyWords words = new CopyWords(sql);
    List<Word> all = new ArrayList<>();
    while (words.skipBlanks()) {
      all.add(words.next());
    }
    return all;
  }

  /** Where the first words of a statement end. */
  static int endOf(String sql, int count) {
    CopyWords words = new CopyWords(sql);
    for (int i = 0; i < count && words.skipBlanks(); i++) {
      words.next();
    }
    return words.at;
  }

  private boolean skipBlanks() {
    while (at < sql.length()) {
      if (Character.isWhitespace(sql.charAt(at))) {
        at++;
      } else if (sql.startsWith("--", at)) {
        int end = sql.indexOf('\n', at);
        at = end < 0 ? sql.length() : end;
      } else if (sql.startsWith("/*", at)) {
        int end = sql.indexOf("*/", at);
        at = end < 0 ? sql.length() : end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  private Word next() {
    char c = sql.charAt(at);
    if (c == '"') {
      return new Word('q', quoted('"', false));
    }
    if (c == '\'') {
      return new Word('s', quoted('\'', false));
    }
    if ((c == 'E' || c == 'e') && at + 1 < sql.length() && sql.charAt(at + 1) == '\'') {
      at++;
      return new Word('s', quoted('\'', true));
    }
    int start = at;
    while (at < sql.length() && isPartOfWord(sql.charAt(at))) {
      at++;
    }
    if (at > start) {
      return new Word('w', sql.substring(start, at).toLowerCase(Locale.ROOT));
    }
    at++;
    return new Word(c, String.valueOf(c));
  }

  private static boolean isPartOfWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$';
  }

  private String quoted(char quote, boolean escapes) {
    StringBuilder text = new StringBuilder();
    at++;
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c == quote) {
        if (at >= sql.length() || sql.charAt(at) != quote) {
          return text.toString();
        }
        at++;
      } else if (escapes && c == '\\' && at < sql.length()) {
        c = escaped(sql.charAt(at++));
      }
      text.append(c);
    }
    return text.toString();
  }

  private static char escaped(char c) {
    return switch (c) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> c;
    };
  }
}
