package io.shardjdbc.routing.plan;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text apart from the whole numbers that columns are equal to: {@code WHERE user_id = 17} and
 * {@code WHERE user_id = 18} have one shape.
 *
 * <p>Everything else stays in the shape as it is written, other literals too. Two texts of one
 * shape have the same tokens but for these numbers, and so the same tree. A number counts only
 * behind {@code =} and the name of a column, so that no condition is between constants, which could
 * be decided by the text. What may hide a number, or the meaning of one, has no shape: comments,
 * escapes, strings of other kinds, markers of parameters.
 *
 * <p>Immutable.
 */
final class TextShape {

  private static final char SHORT = '\u0001';
  private static final char LONG = '\u0002';

  /** Longer texts are rarely made of one pattern. */
  private static final int LONGEST_TEXT = 8 * 1024;

  /** Numbers up to this length are of type integer, whatever their digits. */
  private static final int SHORT_DIGITS = 9;

  /** Numbers up to this length are of type integer or bigint. */
  private static final int LONG_DIGITS = 18;

  private static final String OPERATORS = "+-*/<>=~!@#%^&|`?:";

  /** {@link #SHORT} or {@link #LONG} in the place of each number. */
  private final String text;

  /** Where the numbers start and end in the text that it was made of, in turn. */
  private final int[] numbers;

  private TextShape(String text, int[] numbers) {
    this.text = text;
    this.numbers = numbers;
  }

  /** Null where a text has no numbers of that kind, or something that keeps it from a shape. */
  static @Nullable TextShape of(String sql) {
    return sql.length() > LONGEST_TEXT || sql.indexOf('=') < 0 ? null : new Reader(sql).read();
  }

  /** The same of all texts of this shape, and of no others. */
  String text() {
    return text;
  }

  /** A number of the text that the shape was made of. */
  String number(String sql, int which) {
    return sql.substring(numbers[2 * which], numbers[2 * which + 1]);
  }

  /**
   * Another text of this shape, in which all numbers differ: what is proved of it does not rest on
   * two of them being equal.
   */
  String sample() {
    StringBuilder sample = new StringBuilder();
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == SHORT) {
        sample.append(700_000_001 + number++);
      } else if (c == LONG) {
        sample.append(70_000_000_000_001L + number++);
      } else {
        sample.append(c);
      }
    }
    return sample.toString();
  }

  /** Which number of the text starts at a position; -1 where none does. */
  int numberAt(int position) {
    for (int i = 0; i < numbers.length; i += 2) {
      if (numbers[i] == position) {
        return i / 2;
      }
    }
    return -1;
  }

  /** Reads a text once. */
  private static final class Reader {

    private final String sql;
    private final StringBuilder shape = new StringBuilder();
    private int[] numbers = new int[8];
    private int found;
    private int copied;

    Reader(String sql) {
      this.sql = sql;
    }

    @Nullable TextShape read() {
      int at = 0;
      while (at >= 0 && at < sql.length()) {
        at = next(at);
      }
      if (at < 0 || found == 0) {
        return null;
      }
      shape.append(sql, copied, sql.length());
      return new TextShape(shape.toString(), Arrays.copyOf(numbers, found));
    }

    /** Where to go on; below zero where the text has no shape. */
    private int next(int at) {
      char c = sql.charAt(at);
      return switch (c) {
        case '\'' -> isPlain(at) ? behind('\'', at) : -1;
        case '"' -> at > 0 && sql.charAt(at - 1) == '&' ? -1 : behind('"', at);
        case '-' -> at(at + 1) == '-' ? -1 : at + 1;
        case '/' -> at(at + 1) == '*' ? -1 : at + 1;
        case '\\', '$', '?', '{', ';' -> -1;
        case '=' -> isEquality(at) ? number(at) : at + 1;
        default -> c < '\t' ? -1 : at + 1;
      };
    }

    /** Not E'..', B'..', U&'..' and their like. */
    private boolean isPlain(int quote) {
      return quote == 0 || !(isOfName(sql.charAt(quote - 1)) || sql.charAt(quote - 1) == '&');
    }

    /** A doubled quote ends one string and begins another, which comes to the same. */
    private int behind(char quote, int at) {
      int end = sql.indexOf(quote, at + 1);
      return end < 0 || sql.substring(at, end).indexOf('\\') >= 0 ? -1 : end + 1;
    }

    private boolean isEquality(int at) {
      return (at == 0 || OPERATORS.indexOf(sql.charAt(at - 1)) < 0)
          && OPERATORS.indexOf(at(at + 1)) < 0
          && isBehindName(at);
    }

    private boolean isBehindName(int equals) {
      int end = equals - 1;
      while (end >= 0 && isSpace(sql.charAt(end))) {
        end--;
      }
      if (end < 0 || sql.charAt(end) == '"') {
        return end >= 0;
      }
      int start = end;
      while (start >= 0 && isOfName(sql.charAt(start))) {
        start--;
      }
      return start < end && !isDigit(sql.charAt(start + 1));
    }

    private int number(int equals) {
      int start = equals + 1;
      while (start < sql.length() && isSpace(sql.charAt(start))) {
        start++;
      }
      int end = start;
      while (isDigit(at(end))) {
        end++;
      }
      char behind = at(end);
      int digits = end - start;
      if (digits == 0 || digits > LONG_DIGITS || isOfName(behind) || behind == '.') {
        return start;
      }
      shape.append(sql, copied, start).append(digits <= SHORT_DIGITS ? SHORT : LONG);
      copied = end;
      if (found == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * found);
      }
      numbers[found++] = start;
      numbers[found++] = end;
      return end;
    }

    /** A character, or a blank behind the end. */
    private char at(int position) {
      return position < sql.length() ? sql.charAt(position) : ' ';
    }

    private static boolean isSpace(char c) {
      return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }

    private static boolean isOfName(char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || c > 127;
    }
  }
}
