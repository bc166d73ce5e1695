package io.shardjdbc.testkit.twin;

/**
 * A token of a statement.
 *
 * @param start where it begins in the text
 * @param end where it ends, exclusive
 * @param depth how many parentheses and brackets are open around it
 * @param text a word in lower case, anything else as it is written
 */
record Token(Kind kind, int start, int end, int depth, String text) {

  enum Kind {
    WORD,
    QUOTED_NAME,
    NUMBER,
    STRING,
    PARAMETER,
    SYMBOL
  }

  /** Whether it is that word outside of all parentheses. */
  boolean isTop(String word) {
    return depth == 0 && kind == Kind.WORD && text.equals(word);
  }

  boolean isTopSymbol(String symbol) {
    return depth == 0 && kind == Kind.SYMBOL && text.equals(symbol);
  }
}
