package io.shardjdbc.routing.sql.lex;

/**
 * Reads one number: {@code 42}, {@code 1_000}, {@code 0x1F}, {@code 0o17}, {@code 0b11}, {@code
 * 1.5}, {@code .5}, {@code 5.}, {@code 1e-3}; what follows it may not look like a part of it.
 */
final class NumberLexer {

  private static final int DECIMAL = 10;

  private final String text;

  NumberLexer(String text) {
    this.text = text;
  }

  /** Adds the number that starts at {@code start}; returns where it ends. */
  int read(int start, Tokens tokens) {
    TokenKind kind = TokenKind.INTEGER;
    int end;
    int radix = radix(start);
    if (radix != DECIMAL) {
      end = digits(start + 2, radix, true);
      if (end == start + 2) {
        throw new SqlSyntaxException("invalid number", start);
      }
      if (end < text.length() && Characters.isDigit(text.charAt(end))) {
        throw junk(end);
      }
    } else {
      end = digits(start, DECIMAL, false);
      if (at(end, '.') && !at(end + 1, '.')) {
        kind = TokenKind.DECIMAL;
        end = digits(end + 1, DECIMAL, false);
      }
      if (at(end, 'e') || at(end, 'E')) {
        kind = TokenKind.DECIMAL;
        int exponent = end + (at(end + 1, '+') || at(end + 1, '-') ? 2 : 1);
        end = digits(exponent, DECIMAL, false);
        if (end == exponent) {
          throw new SqlSyntaxException("invalid number", start);
        }
      }
    }
    if (end < text.length() && Characters.startsName(text.charAt(end))) {
      throw junk(end);
    }
    tokens.add(kind, text.substring(start, end), start, end);
    return end;
  }

  private static SqlSyntaxException junk(int at) {
    return new SqlSyntaxException("a number runs into a name", at);
  }

  private int radix(int start) {
    if (text.charAt(start) != '0' || start + 1 >= text.length()) {
      return DECIMAL;
    }
    return switch (text.charAt(start + 1)) {
      case 'x', 'X' -> 16;
      case 'o', 'O' -> 8;
      case 'b', 'B' -> 2;
      default -> DECIMAL;
    };
  }

  /** The end of a run of digits; a single underscore may stand between two, or before the first. */
  private int digits(int from, int radix, boolean underscoreFirst) {
    int end = from;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '_' && (end > from || underscoreFirst) && isDigit(end + 1, radix)) {
        end += 2;
      } else if (isDigit(end, radix)) {
        end++;
      } else {
        break;
      }
    }
    return end;
  }

  private boolean isDigit(int at, int radix) {
    return at < text.length()
        && text.charAt(at) < 128
        && Character.digit(text.charAt(at), radix) >= 0;
  }

  private boolean at(int index, char c) {
    return index < text.length() && text.charAt(index) == c;
  }
}
