package io.shardjdbc.jdbc;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/** A savepoint of a logical transaction: a name that each participant knows, until released. */
final class LogicalSavepoint implements Savepoint {

  private final int id;
  private final @Nullable String given;
  private boolean released;

  /**
   * @param given the caller's name; absent for one that only has a number
   */
  LogicalSavepoint(int id, @Nullable String given) {
    this.id = id;
    this.given = given;
  }

  /** The name on the servers, quoted. */
  String quotedName() throws SQLException {
    requireUse();
    return Quotes.quote(given == null ? "shardjdbc_" + id : given);
  }

  void release() {
    released = true;
  }

  private void requireUse() throws SQLException {
    if (released) {
      throw SqlErrors.of(ErrorCode.NO_SAVEPOINT, given == null ? "number " + id : given);
    }
  }

  @Override
  public int getSavepointId() throws SQLException {
    requireUse();
    if (given != null) {
      throw SqlErrors.of(ErrorCode.USAGE, "a named savepoint has no id");
    }
    return id;
  }

  @Override
  public String getSavepointName() throws SQLException {
    requireUse();
    if (given == null) {
      throw SqlErrors.of(ErrorCode.USAGE, "an unnamed savepoint has no name");
    }
    return given;
  }
}
