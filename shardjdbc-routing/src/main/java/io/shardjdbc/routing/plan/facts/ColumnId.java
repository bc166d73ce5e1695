package io.shardjdbc.routing.plan.facts;

import org.jspecify.annotations.Nullable;

/**
 * A column of one range variable of one statement.
 *
 * @param variable the variable's number
 * @param column the column's name as the variable shows it
 */
public record ColumnId(int variable, String column) {

  @Override // by hand, as the start of a program meets it: see docs/decisions.md
  public boolean equals(@Nullable Object other) {
    return other instanceof ColumnId that
        && variable == that.variable
        && column.equals(that.column);
  }

  @Override
  public int hashCode() {
    return 31 * variable + column.hashCode();
  }
}
