package io.shardjdbc.gather;

import io.shardjdbc.wrap.Binding;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One column of several rows as an array parameter of text. */
public final class TextArray implements Binding {

  private final @Nullable String[] values;

  /**
   * @param values not copied
   */
  public TextArray(@Nullable String[] values) {
    this.values = values;
  }

  @Override
  public Object value() {
    return values;
  }

  @Override
  public void bind(PreparedStatement target, int index) throws SQLException {
    target.setArray(index, target.getConnection().createArrayOf("text", values));
  }
}
