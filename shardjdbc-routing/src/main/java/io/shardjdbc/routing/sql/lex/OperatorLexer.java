package io.shardjdbc.routing.sql.lex;

/**
 * Reads one operator.
 *
 * <p>The rule (source: {@code {operator}} in {@code src/backend/parser/scan.l}): take the longest
 * run of operator characters; a comment's start ends it; a name of more than one character may end
 * in {@code +} or {@code -} only if it contains a character of {@code ~ ! @ # ^ & | ` ? %}, else it
 * is shortened until it does not. So {@code a=-1} compares with minus one, while {@code a@-1} is
 * the operator {@code @-}.
 */
final class OperatorLexer {

  private static final String NOT_OF_THE_STANDARD = "~!@#^&|`?%";
  private static final int LONGEST = 63;

  private final String text;
  private final boolean markers;

  OperatorLexer(String text, QuestionMarks questionMarks) {
    this.text = text;
    this.markers = questionMarks == QuestionMarks.PARAMETERS;
  }

  /** Whether a parameter marker stands at {@code at}, where a {@code ?} is. */
  boolean isMarker(int at) {
    return markers && !doubled(at);
  }

  private boolean doubled(int at) {
    return at + 1 < text.length() && text.charAt(at + 1) == '?';
  }

  /** Adds the operator that starts at {@code start}; returns where it ends. */
  int read(int start, Tokens tokens) {
    StringBuilder name = new StringBuilder(4);
    boolean free = false;
    int end = start;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (!Characters.isOperator(c) || (end > start && startsComment(c, end))) {
        break;
      }
      if (c == '?') {
        if (isMarker(end)) {
          break;
        }
        end += doubled(end) ? 2 : 1;
      } else {
        end++;
      }
      name.append(c);
    }
    int length = name.length();
    for (int i = 0; i < length - 1 && !free; i++) {
      free = NOT_OF_THE_STANDARD.indexOf(name.charAt(i)) >= 0;
    }
    while (!free && length > 1 && isSign(name.charAt(length - 1))) {
      length--;
      end--;
    }
    if (length > LONGEST) {
      throw new SqlSyntaxException("operator too long", start);
    }
    name.setLength(length);
    add(name.toString(), start, end, tokens);
    return end;
  }

  private boolean startsComment(char c, int at) {
    if ((c != '-' && c != '/') || at + 1 >= text.length()) {
      return false;
    }
    return text.charAt(at + 1) == (c == '-' ? '-' : '*');
  }

  private static boolean isSign(char c) {
    return c == '+' || c == '-';
  }

  private static void add(String name, int start, int end, Tokens tokens) {
    switch (name) {
      case "+", "-", "*", "/", "%", "^", "<", ">", "=", "<=", ">=", "<>", "=>" ->
          tokens.add(TokenKind.SYMBOL, name, start, end);
      case "!=" -> tokens.add(TokenKind.SYMBOL, "<>", start, end);
      default -> tokens.add(TokenKind.OPERATOR, name, start, end);
    }
  }
}
