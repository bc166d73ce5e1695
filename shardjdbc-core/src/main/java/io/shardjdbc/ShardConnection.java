package io.shardjdbc;

import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a {@link ShardDataSource}, with what JDBC has no method for.
 *
 * <p>Reached by {@code connection.unwrap(ShardConnection.class)}. Like every connection it is meant
 * for one thread at a time.
 */
public interface ShardConnection extends Connection {

  /**
   * The plan of a statement, and where it goes with these values; no value is shown.
   *
   * @param values one for each {@code ?}
   * @throws SQLException if the statement or these values are refused
   */
  String explain(String sql, @Nullable Object... values) throws SQLException;

  /** The shard that a sharding key has pinned this connection to. */
  Optional<ShardId> pinnedShard();

  /**
   * The shards to which the open transaction has sent writes, in the order of the first ones; none
   * in auto-commit mode.
   */
  List<ShardId> writtenShards();
}
