package io.shardjdbc.routing.sql.lex;

/**
 * Reads one quoted thing: a string of any quoting, a bit string, a quoted name.
 *
 * <p>Each method is given where the opening quote stands, returns the unescaped content and leaves
 * {@link #end} behind the closing quote. As the server does, a string goes on in the next quotes
 * when nothing but blanks with a line break stands between them. The rules are those of {@code
 * src/backend/parser/scan.l} with {@code standard_conforming_strings} on.
 */
final class StringLexer {

  private final String text;

  /** Behind the closing quote of what was read last. */
  int end;

  StringLexer(String text) {
    this.text = text;
  }

  /** {@code 'it''s'}. */
  String standard(int quote) {
    int from = quote + 1;
    int close = closing(from, '\'');
    if (isDone(close)) {
      end = close + 1;
      return text.substring(from, close);
    }
    StringBuilder content = new StringBuilder();
    while (true) {
      content.append(text, from, close);
      if (at(close + 1, '\'')) {
        content.append('\'');
        from = close + 2;
      } else {
        int next = continued(close + 1);
        if (next < 0) {
          end = close + 1;
          return content.toString();
        }
        from = next;
      }
      close = closing(from, '\'');
    }
  }

  /**
   * {@code B'101'} and {@code X'1F'}, with the quote's position; quotes cannot be doubled in it.
   */
  String bits(int quote) {
    StringBuilder content = new StringBuilder();
    int from = quote + 1;
    while (true) {
      int close = closing(from, '\'');
      content.append(text, from, close);
      from = continued(close + 1);
      if (from < 0) {
        end = close + 1;
        return content.toString();
      }
    }
  }

  /** {@code E'a\n'}. */
  String escaped(int quote) {
    EscapeDecoder content = new EscapeDecoder(text);
    int at = quote + 1;
    while (true) {
      char c = charAt(at, quote);
      if (c == '\\') {
        at = content.escape(at, quote);
      } else if (c != '\'') {
        content.plain(c);
        at++;
      } else if (at(at + 1, '\'')) {
        content.plain(c);
        at += 2;
      } else {
        int next = continued(at + 1);
        if (next < 0) {
          end = at + 1;
          return content.result(quote);
        }
        at = next;
      }
    }
  }

  /** {@code "a name"}, not yet cut to the server's length. */
  String name(int quote) {
    int from = quote + 1;
    int close = closing(from, '"');
    StringBuilder content = null;
    while (at(close + 1, '"')) {
      content = content == null ? new StringBuilder() : content;
      content.append(text, from, close + 1);
      from = close + 2;
      close = closing(from, '"');
    }
    end = close + 1;
    String rest = text.substring(from, close);
    String name = content == null ? rest : content.append(rest).toString();
    if (name.isEmpty()) {
      throw new SqlSyntaxException("an empty quoted name", quote);
    }
    return name;
  }

  /**
   * {@code $tag$...$tag$}, or null where no dollar quote starts at {@code dollar}.
   *
   * <p>The closing tag is found by one search, however many dollars the content has.
   */
  @org.jspecify.annotations.Nullable
  String dollar(int dollar) {
    int tagEnd = dollar + 1;
    while (tagEnd < text.length()
        && (tagEnd == dollar + 1
            ? Characters.startsName(text.charAt(tagEnd))
            : Characters.continuesName(text.charAt(tagEnd)) && text.charAt(tagEnd) != '$')) {
      tagEnd++;
    }
    if (!at(tagEnd, '$')) {
      return null;
    }
    String tag = text.substring(dollar, tagEnd + 1);
    int close = text.indexOf(tag, tagEnd + 1);
    if (close < 0) {
      throw new SqlSyntaxException("an unterminated dollar-quoted string", dollar);
    }
    end = close + tag.length();
    return text.substring(tagEnd + 1, close);
  }

  private boolean isDone(int close) {
    return !at(close + 1, '\'') && continued(close + 1) < 0;
  }

  private int closing(int from, char quote) {
    int close = text.indexOf(quote, from);
    if (close < 0) {
      throw unterminated(from - 1);
    }
    return close;
  }

  private char charAt(int at, int quote) {
    if (at >= text.length()) {
      throw unterminated(quote);
    }
    return text.charAt(at);
  }

  private static SqlSyntaxException unterminated(int quote) {
    return new SqlSyntaxException("an unterminated quotation", quote);
  }

  /** Where a string goes on behind a quote, blanks, a line break and the next quote; else -1. */
  private int continued(int from) {
    boolean newline = false;
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\'') {
        return newline ? at + 1 : -1;
      }
      if (Characters.isNewline(c)) {
        newline = true;
        at++;
      } else if (Characters.isSpace(c)) {
        at++;
      } else if (c == '-' && at(at + 1, '-')) {
        while (at < text.length() && !Characters.isNewline(text.charAt(at))) {
          at++;
        }
      } else {
        return -1;
      }
    }
    return -1;
  }

  private boolean at(int index, char c) {
    return index < text.length() && text.charAt(index) == c;
  }
}
