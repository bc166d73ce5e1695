package io.shardjdbc.merge;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of one shard after those of another. */
final class Concatenation implements RowSource {

  private final Iterator<ResultSet> rest;
  private @Nullable ResultSet current;

  Concatenation(List<ResultSet> inputs) {
    this.rest = inputs.iterator();
  }

  @Override
  public @Nullable ResultSet next() throws SQLException {
    while (current == null || !current.next()) {
      if (!rest.hasNext()) {
        current = null;
        return null;
      }
      current = rest.next();
    }
    return current;
  }
}
