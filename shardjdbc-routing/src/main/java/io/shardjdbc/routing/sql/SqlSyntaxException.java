package io.shardjdbc.routing.sql;

/**
 * Says that a text is not a statement this parser understands, and where it stopped.
 *
 * <p>The message names the kind of token that was found and what was expected; never a literal's
 * content, for that is a caller's value.
 */
public final class SqlSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int position;

  public SqlSyntaxException(String message, int position) {
    super(message + " at character " + (position + 1));
    this.position = position;
  }

  /** Index of the character at which reading stopped, from 0. */
  public int position() {
    return position;
  }
}
