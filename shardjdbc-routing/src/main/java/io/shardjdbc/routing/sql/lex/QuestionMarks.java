package io.shardjdbc.routing.sql.lex;

/** What {@code ?} means in a text. In both, {@code ??} is the operator character {@code ?}. */
public enum QuestionMarks {
  /** A parameter, as in a prepared statement. */
  PARAMETERS,
  /** A character of operators, as in a plain {@code Statement}, which has no parameters. */
  OPERATORS;

  /**
   * Whether a text has operators with a question mark that would become parameters if it were
   * prepared. Those in strings, names and comments would not.
   *
   * @throws SqlSyntaxException where the text cannot be cut into tokens
   */
  public boolean areOperatorsIn(String sql) {
    if (this != OPERATORS || sql.indexOf('?') < 0) {
      return false;
    }
    Tokens tokens = Lexer.read(sql, this);
    for (int i = 0; i < tokens.size(); i++) {
      boolean operator = tokens.kind(i) == TokenKind.OPERATOR || tokens.kind(i) == TokenKind.SYMBOL;
      if (operator && tokens.text(i).indexOf('?') >= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * The text of a plain statement as it is prepared: each question mark of its operators doubled.
   * The driver takes it for the same, with values and without.
   *
   * @throws SqlSyntaxException where the text cannot be cut into tokens
   */
  public static String doubled(String sql) {
    if (!OPERATORS.areOperatorsIn(sql)) {
      return sql;
    }
    Tokens tokens = Lexer.read(sql, OPERATORS);
    StringBuilder text = new StringBuilder(sql.length() + 8);
    int from = 0;
    for (int i = 0; i < tokens.size(); i++) {
      boolean operator = tokens.kind(i) == TokenKind.OPERATOR || tokens.kind(i) == TokenKind.SYMBOL;
      if (operator && tokens.text(i).indexOf('?') >= 0) {
        text.append(sql, from, tokens.start(i));
        text.append(sql.substring(tokens.start(i), tokens.end(i)).replaceAll("\\?\\??", "??"));
        from = tokens.end(i);
      }
    }
    return text.append(sql, from, sql.length()).toString();
  }
}
