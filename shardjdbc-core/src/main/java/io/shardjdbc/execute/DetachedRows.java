package io.shardjdbc.execute;

import io.shardjdbc.session.Held;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Rows that a value stands for: the elements of an array, or those of a cursor. */
final class DetachedRows extends ReadRows {

  private final ResultSet rows;
  private final @Nullable Statement shown;
  private final @Nullable Held held;

  DetachedRows(ResultSet rows, @Nullable Statement shown, @Nullable Held held) {
    this.rows = rows;
    this.shown = shown;
    this.held = held;
  }

  @Override
  protected ResultSet delegate() {
    return rows;
  }

  @Override
  protected @Nullable Statement shown() {
    return shown;
  }

  @Override
  protected @Nullable Held held() {
    return held;
  }

  @Override
  public @Nullable Statement getStatement() {
    return shown;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    if (held != null) {
      held.isTainted();
    }
    return rows.unwrap(type);
  }
}
