package io.shardjdbc.routing.sql;

/** What {@code ?} means in a text. In both, {@code ??} is the operator character {@code ?}. */
public enum QuestionMarks {
  /** A parameter, as in a prepared statement. */
  PARAMETERS,
  /** A character of operators, as in a plain {@code Statement}, which has no parameters. */
  OPERATORS
}
