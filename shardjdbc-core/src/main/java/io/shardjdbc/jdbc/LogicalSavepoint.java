package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/**
 * A savepoint of a logical transaction: a name that each participant knows.
 *
 * @param given the caller's name; absent for one that only has a number
 */
record LogicalSavepoint(int id, @Nullable String given) implements Savepoint {

  /** The name on the servers, quoted. */
  String quotedName() {
    return Identifiers.quote(given == null ? "shardjdbc_" + id : given);
  }

  @Override
  public int getSavepointId() throws SQLException {
    if (given != null) {
      throw SqlErrors.of(ErrorCode.USAGE, "a named savepoint has no id");
    }
    return id;
  }

  @Override
  public String getSavepointName() throws SQLException {
    if (given == null) {
      throw SqlErrors.of(ErrorCode.USAGE, "an unnamed savepoint has no name");
    }
    return given;
  }
}
