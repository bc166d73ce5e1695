package io.shardjdbc.transaction;

import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to the primaries, beside the pools, for the protocol's own short questions. */
@FunctionalInterface
public interface PrimaryConnections {

  /**
   * A connection in auto-commit mode, to be closed by the caller.
   *
   * @throws SQLException naming the shard, if it cannot be reached
   */
  Connection open(ShardId shard) throws SQLException;
}
