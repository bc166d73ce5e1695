package io.shardjdbc.routing.sql;

import org.jspecify.annotations.Nullable;

/**
 * What ALTER TABLE does to a column of the rows that are there already.
 *
 * @param column the column's name, of a renamed one the new name
 * @param type of a column that is added or retyped
 * @param value what the rows get in it: DEFAULT of a column that is added, or USING
 * @param numbered whether the rows get numbers of a sequence
 * @param generated whether they get what an expression over other columns gives
 */
public record ColumnChange(
    Kind kind,
    String column,
    @Nullable TypeName type,
    @Nullable Expr value,
    boolean numbered,
    boolean generated) {

  /** How a column changes. */
  public enum Kind {
    /** ADD COLUMN. */
    ADD,
    /** ALTER COLUMN .. TYPE. */
    TYPE,
    /** RENAME COLUMN. */
    NAME
  }
}
