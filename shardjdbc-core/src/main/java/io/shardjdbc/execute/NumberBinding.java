package io.shardjdbc.execute;

import io.shardjdbc.wrap.Binding;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A number that a sequence gave, as a value of a statement. */
record NumberBinding(long number) implements Binding {

  @Override
  public Long value() {
    return number;
  }

  @Override
  public void bind(PreparedStatement target, int index) throws SQLException {
    target.setLong(index, number);
  }

  /** Like any value, it is not shown. */
  @Override
  public String toString() {
    return "a number";
  }
}
