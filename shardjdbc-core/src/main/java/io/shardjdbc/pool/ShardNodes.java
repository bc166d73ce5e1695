package io.shardjdbc.pool;

import io.shardjdbc.routing.KeyHashes;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;

/**
 * Says which node of a shard serves a statement, and is told what was written.
 *
 * <p>Thread-safe. The one seam between statements and replicas: everything behind it knows nodes,
 * everything before it knows shards.
 */
public interface ShardNodes {

  /**
   * The node for a statement that is the first of its shard in its transaction, or that stands
   * alone.
   *
   * @param route what runs: its effect, its keys, whether a hint demands the primary
   * @param use what it belongs to
   * @throws SQLException naming the shard, if no node can serve it
   */
  NodePool choose(ShardId shard, Route route, Use use) throws SQLException;

  /**
   * Notes a write that was acknowledged, or whose outcome is not known.
   *
   * @param keys which keys it may have written
   */
  void wrote(ShardId shard, KeyHashes keys);

  /** The pool of a shard's primary. */
  NodePool primary(ShardId shard) throws SQLException;

  /** What a statement belongs to. */
  enum Use {
    /** A statement that is a transaction of its own. */
    ALONE,
    /** The first statement of a transaction that may write. */
    TRANSACTION,
    /** The first statement of a transaction that was declared read-only. */
    READ_ONLY_TRANSACTION
  }
}
