package io.shardjdbc.moment;

import io.shardjdbc.pool.NodePool;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;

/** A connection in a transaction that has seen nothing yet, and will see what it sees at once. */
public interface Sight {

  ShardId shard();

  /** Where its server is. */
  NodePool pool();

  /** Whether that is a replica. */
  boolean isOnReplica();

  /** Looks, by which the snapshot of its transaction is taken. */
  void look() throws SQLException;
}
