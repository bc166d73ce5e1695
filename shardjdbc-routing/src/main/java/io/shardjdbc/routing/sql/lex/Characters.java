package io.shardjdbc.routing.sql.lex;

import java.nio.charset.StandardCharsets;

/** The character classes of PostgreSQL's lexer, and its folding of names. */
public final class Characters {

  /** NAMEDATALEN - 1: longer names are cut by the server. */
  private static final int NAME_BYTES = 63;

  private static final int NOT_IN_ASCII = 128;

  private static final byte START = 1;
  private static final byte PART = 2;
  private static final byte OPERATOR = 4;
  private static final byte SPACE = 8;

  private static final byte[] CLASSES = new byte[NOT_IN_ASCII];

  static {
    for (char c = 'a'; c <= 'z'; c++) {
      CLASSES[c] = START | PART;
      CLASSES[Character.toUpperCase(c)] = START | PART;
    }
    CLASSES['_'] = START | PART;
    for (char c = '0'; c <= '9'; c++) {
      CLASSES[c] = PART;
    }
    CLASSES['$'] = PART;
    for (char c : "~!@#^&|`?+-*/%<>=".toCharArray()) {
      CLASSES[c] = OPERATOR;
    }
    for (char c : " \t\n\r\f\u000b".toCharArray()) {
      CLASSES[c] = SPACE;
    }
  }

  private Characters() {}

  /** Whether a name can start with it: every character beyond ASCII can. */
  public static boolean startsName(char c) {
    return c >= NOT_IN_ASCII || (CLASSES[c] & START) != 0;
  }

  public static boolean continuesName(char c) {
    return c >= NOT_IN_ASCII || (CLASSES[c] & PART) != 0;
  }

  static boolean isOperator(char c) {
    return c < NOT_IN_ASCII && (CLASSES[c] & OPERATOR) != 0;
  }

  static boolean isSpace(char c) {
    return c < NOT_IN_ASCII && (CLASSES[c] & SPACE) != 0;
  }

  static boolean isNewline(char c) {
    return c == '\n' || c == '\r';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** The part of a text in lower case as the server does it in UTF-8: ASCII letters alone. */
  public static String fold(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return foldFrom(text, start, i, end);
      }
    }
    return text.substring(start, end);
  }

  private static String foldFrom(String text, int start, int firstUpper, int end) {
    StringBuilder folded = new StringBuilder(end - start).append(text, start, firstUpper);
    for (int i = firstUpper; i < end; i++) {
      char c = text.charAt(i);
      folded.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
    }
    return folded.toString();
  }

  /** A name cut to the server's 63 bytes, never inside a character. */
  static String truncate(String name) {
    if (name.length() * 3L <= NAME_BYTES
        || name.getBytes(StandardCharsets.UTF_8).length <= NAME_BYTES) {
      return name;
    }
    int bytes = 0;
    int end = 0;
    while (end < name.length()) {
      int codePoint = name.codePointAt(end);
      bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
      if (bytes > NAME_BYTES) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    return name.substring(0, end);
  }
}
