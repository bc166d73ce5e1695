package io.shardjdbc.pool;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.choose.NodeUnavailableException;
import io.shardjdbc.routing.ErrorCode;
import java.sql.SQLException;

/** Says in the words of the catalogue why no node of a shard may serve. */
final class Refusals {

  private Refusals() {}

  static SQLException of(NodeUnavailableException e) {
    return switch (e.reason()) {
      case NO_PRIMARY -> SqlErrors.of(e, ErrorCode.SHARD_READ_ONLY, e.shard());
      case DOWN -> unavailable(e, "none of its servers answers");
      case PRIMARY_SUPERSEDED ->
          unavailable(e, "it has a newer primary that is not known here yet");
      case SESSION_WRITES_IN_DOUBT -> SqlErrors.of(e, ErrorCode.SESSION_WRITES_IN_DOUBT, e.shard());
      case NO_SYNCHRONOUS_STANDBY -> SqlErrors.of(e, ErrorCode.NO_SYNCHRONOUS_STANDBY, e.shard());
      case CLOSED -> SqlErrors.closed("the DataSource");
    };
  }

  private static SQLException unavailable(NodeUnavailableException e, String reason) {
    return SqlErrors.of(e, ErrorCode.SHARD_UNAVAILABLE, e.shard(), reason);
  }
}
