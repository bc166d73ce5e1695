package io.shardjdbc.routing.sql.lex;

import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Span;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into tokens exactly as PostgreSQL 15 to 18 do, with JDBC's {@code ?} markers and
 * {@code {...}} escapes on top.
 *
 * <p>Sources: {@code src/backend/parser/scan.l} and {@code base_yylex} in {@code parser.c}. A text
 * that PostgreSQL and the driver above it would cut differently, such as {@code a?} (the driver
 * makes it the name {@code a$1}), is refused.
 */
public final class Lexer {

  private static final String HINT = "shardjdbc:";
  private static final String SIGNS = "()[],;:.{}";
  private static final String[] SIGN_TEXTS = SIGNS.split("");

  private final String text;
  private final Tokens tokens;
  private final StringLexer strings;
  private final NumberLexer numbers;
  private final OperatorLexer operators;
  private int markers;
  private int highest;
  private int hintAt;

  private Lexer(String text, QuestionMarks questionMarks, int tokens) {
    this.text = text;
    this.tokens = new Tokens(tokens);
    this.strings = new StringLexer(text);
    this.numbers = new NumberLexer(text);
    this.operators = new OperatorLexer(text, questionMarks);
  }

  /** The tokens of a text, the last of them {@link TokenKind#END}. */
  public static Tokens read(String text, QuestionMarks questionMarks) {
    return new Lexer(text, questionMarks, text.length() / 5 + 8).read();
  }

  /** Where the first token of a text starts. */
  public static int start(String text) {
    boolean word = !text.isEmpty() && Characters.startsName(text.charAt(0)); // as most are
    return word ? 0 : new Lexer(text, QuestionMarks.OPERATORS, 1).skipBlanks(0);
  }

  private Tokens read() {
    int at = skipBlanks(0);
    while (at < text.length()) {
      at = skipBlanks(token(at));
    }
    tokens.add(TokenKind.END, "", text.length(), text.length());
    if (markers > 0 && highest > 0) {
      throw new SqlSyntaxException("both ? and $n parameters", 0);
    }
    return tokens;
  }

  /** Adds the token at {@code at}; returns where it ends. */
  private int token(int at) {
    char c = text.charAt(at);
    if (Characters.startsName(c)) {
      return word(c, at);
    }
    if (Characters.isDigit(c) || (c == '.' && isDigit(at + 1))) {
      return numbers.read(at, tokens);
    }
    if (Characters.isOperator(c)) {
      return c == '?' && operators.isMarker(at) ? marker(at) : operators.read(at, tokens);
    }
    return switch (c) {
      case '\'' -> add(TokenKind.STRING, strings.standard(at), at, strings.end);
      case '"' -> add(TokenKind.IDENTIFIER, quotedName(at), at, strings.end);
      case '$' -> dollar(at);
      case ':' -> sign(at, at(at + 1, ':') ? "::" : at(at + 1, '=') ? ":=" : ":");
      case '.' -> sign(at, at(at + 1, '.') ? ".." : ".");
      default -> {
        int sign = SIGNS.indexOf(c);
        if (sign < 0) {
          throw new SqlSyntaxException("a character that starts no token", at);
        }
        yield sign(at, SIGN_TEXTS[sign]);
      }
    };
  }

  private int add(TokenKind kind, String value, int start, int end) {
    tokens.add(kind, value, start, end);
    return end;
  }

  private int sign(int at, String sign) {
    return add(TokenKind.SYMBOL, sign, at, at + sign.length());
  }

  private String quotedName(int quote) {
    return Characters.truncate(strings.name(quote));
  }

  private int word(char first, int start) {
    char next = start + 1 < text.length() ? text.charAt(start + 1) : ' ';
    if (next == '\'') {
      switch (first) {
        case 'e', 'E' -> {
          return add(TokenKind.STRING, strings.escaped(start + 1), start, strings.end);
        }
        case 'b', 'B', 'x', 'X' -> {
          return add(TokenKind.BITS, strings.bits(start + 1), start, strings.end);
        }
        case 'n', 'N' -> {
          return add(TokenKind.COLUMN_NAME, "nchar", start, start + 1);
        }
        default -> {}
      }
    } else if (next == '&' && (first == 'u' || first == 'U')) {
      if (at(start + 2, '\'')) {
        String raw = strings.standard(start + 2);
        String value = unicode(raw, start);
        return add(TokenKind.STRING, value, start, strings.end);
      }
      if (at(start + 2, '"')) {
        String name = unicode(strings.name(start + 2), start);
        return add(TokenKind.IDENTIFIER, Characters.truncate(name), start, strings.end);
      }
    }
    int end = start + 1;
    while (end < text.length() && Characters.continuesName(text.charAt(end))) {
      end++;
    }
    String word = Characters.fold(text, start, end);
    Keywords.@Nullable Keyword keyword =
        word.length() <= Keywords.LONGEST ? Keywords.find(word) : null;
    if (keyword == null) {
      tokens.add(TokenKind.IDENTIFIER, Characters.truncate(word), start, end);
    } else {
      tokens.add(keyword.kind(), keyword.word(), start, end);
    }
    if (at(end, '?') && operators.isMarker(end)) {
      throw new SqlSyntaxException("a parameter that runs into a name", end);
    }
    return end;
  }

  /** Decodes a {@code U&} quotation just read; UESCAPE may name another escape character. */
  private String unicode(String raw, int start) {
    char escape = '\\';
    int end = strings.end;
    int uescape = skipBlanks(end);
    int afterWord = uescape + "uescape".length();
    if (text.regionMatches(true, uescape, "uescape", 0, "uescape".length())
        && (afterWord == text.length() || !Characters.continuesName(text.charAt(afterWord)))) {
      int quote = skipBlanks(afterWord);
      String character = at(quote, '\'') ? strings.standard(quote) : "";
      end = strings.end;
      escape = character.length() == 1 ? character.charAt(0) : '"';
      if (Character.digit(escape, 16) >= 0
          || "+'\"".indexOf(escape) >= 0
          || Characters.isSpace(escape)) {
        throw new SqlSyntaxException("an invalid UESCAPE character", uescape);
      }
    }
    String value = EscapeDecoder.unicodeEscapes(raw, escape, start);
    strings.end = end;
    return value;
  }

  private int marker(int at) {
    markers++;
    if (at + 1 < text.length() && Characters.continuesName(text.charAt(at + 1))) {
      throw new SqlSyntaxException("a parameter that runs into a name", at);
    }
    return parameter(markers, at, at + 1);
  }

  private int parameter(int index, int start, int end) {
    tokens.parameters.add(new Expr.Parameter(index, new Span(start, end)));
    return add(TokenKind.PARAMETER, Integer.toString(index), start, end);
  }

  /** A {@code $n} parameter or a dollar-quoted string. */
  private int dollar(int start) {
    int end = start + 1;
    while (isDigit(end)) {
      end++;
    }
    if (end == start + 1) {
      String content = strings.dollar(start);
      if (content == null) {
        throw new SqlSyntaxException("a character that starts no token", start);
      }
      return add(TokenKind.STRING, content, start, strings.end);
    }
    boolean tooLong = end - start > 7;
    int index = tooLong ? 0 : Integer.parseInt(text.substring(start + 1, end));
    if (index == 0 || (end < text.length() && Characters.startsName(text.charAt(end)))) {
      throw new SqlSyntaxException("an invalid parameter", start);
    }
    highest = Math.max(highest, index);
    return parameter(index, start, end);
  }

  /** Where the next token starts; comments are blanks. */
  private int skipBlanks(int from) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Characters.isSpace(c)) {
        at++;
      } else if (c == '-' && at(at + 1, '-')) {
        at += 2;
        while (at < text.length() && !Characters.isNewline(text.charAt(at))) {
          at++;
        }
      } else if (c == '/' && at(at + 1, '*')) {
        int end = commentEnd(at);
        hint(at + 2, end - 2);
        at = end;
      } else {
        break;
      }
    }
    return at;
  }

  private int commentEnd(int start) {
    int depth = 1;
    int at = start + 2;
    while (at + 1 < text.length()) {
      char c = text.charAt(at);
      if (c == '*' && text.charAt(at + 1) == '/') {
        depth--;
        at += 2;
        if (depth == 0) {
          return at;
        }
      } else if (c == '/' && text.charAt(at + 1) == '*') {
        depth++;
        at += 2;
      } else {
        at++;
      }
    }
    throw new SqlSyntaxException("an unterminated comment", start);
  }

  private void hint(int from, int to) {
    int at = from;
    while (at < to && Characters.isSpace(text.charAt(at))) {
      at++;
    }
    if (text.startsWith(HINT, at) && at + HINT.length() <= to) {
      if (tokens.hint != null && hintAt != at) {
        throw new SqlSyntaxException("more than one shardjdbc hint", at);
      }
      hintAt = at;
      tokens.hint = text.substring(at + HINT.length(), to).trim();
    }
  }

  private boolean isDigit(int index) {
    return index < text.length() && Characters.isDigit(text.charAt(index));
  }

  private boolean at(int index, char c) {
    return index < text.length() && text.charAt(index) == c;
  }
}
