package io.shardjdbc.routing.sql.lex;

/** What a token is, by PostgreSQL's lexer; keywords by the four categories of its grammar. */
public enum TokenKind {
  /** An identifier that is quoted, or no keyword; its text is folded and unescaped. */
  IDENTIFIER("an identifier"),
  /** A keyword that may be any name. */
  UNRESERVED("a keyword"),
  /** A keyword that may name a column or table, not a function or type. */
  COLUMN_NAME("a keyword"),
  /** A keyword that may name a function or type, not a column or table. */
  TYPE_FUNCTION("a keyword"),
  /** A keyword that is a label at most. */
  RESERVED("a keyword"),
  INTEGER("a number"),
  DECIMAL("a number"),
  STRING("a string"),
  BITS("a bit string"),
  /** {@code ?} or {@code $n}; its text is the n. */
  PARAMETER("a parameter"),
  /** An operator without a precedence of its own. */
  OPERATOR("an operator"),
  /** Punctuation, and the operators that the grammar names. */
  SYMBOL("a symbol"),
  END("the end");

  /** For error messages. */
  public final String description;

  TokenKind(String description) {
    this.description = description;
  }

  public boolean isKeyword() {
    return this == UNRESERVED || this == COLUMN_NAME || this == TYPE_FUNCTION || this == RESERVED;
  }

  /** Whether the token's text is one of the grammar's own words or signs. */
  public boolean isFixed() {
    return isKeyword() || this == SYMBOL;
  }
}
