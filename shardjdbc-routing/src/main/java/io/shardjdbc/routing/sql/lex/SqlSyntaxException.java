package io.shardjdbc.routing.sql.lex;

/**
 * Says that a text is not a statement this parser understands, and where it stopped.
 *
 * <p>The message names the kind of token that was found and what was expected; never a literal's
 * content, for that is a caller's value.
 */
public final class SqlSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a text was refused. */
  public enum Reason {
    /** It is not PostgreSQL's grammar, or a part of it that is not understood. */
    SYNTAX,
    /** It holds more than one statement. */
    SEVERAL_STATEMENTS,
    /** It is longer than the parser reads. */
    TOO_LARGE,
    /** It nests more deeply than the parser, and whoever walks the tree, can follow. */
    TOO_DEEP
  }

  private final Reason reason;
  private final int position;

  public SqlSyntaxException(String message, int position) {
    this(Reason.SYNTAX, message, position);
  }

  public SqlSyntaxException(Reason reason, String message, int position) {
    super(message + " at character " + (position + 1));
    this.reason = reason;
    this.position = position;
  }

  public Reason reason() {
    return reason;
  }

  /** Index of the character at which reading stopped, from 0. */
  public int position() {
    return position;
  }
}
