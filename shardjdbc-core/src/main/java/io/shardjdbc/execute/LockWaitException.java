package io.shardjdbc.execute;

import java.io.Serial;
import java.sql.SQLException;

/** Says that a write over several shards waits for a lock, and holds others meanwhile. */
final class LockWaitException extends SQLException {
  @Serial private static final long serialVersionUID = 1L;
}
