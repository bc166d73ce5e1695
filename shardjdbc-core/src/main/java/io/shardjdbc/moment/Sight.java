package io.shardjdbc.moment;

import io.shardjdbc.pool.NodePool;
import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;

/** A connection in a transaction that has seen nothing yet, and will see what it sees at once. */
public interface Sight {

  ShardId shard();

  /** Where its server is. */
  NodePool pool();

  /** Whether that is a replica. */
  boolean isOnReplica();

  /** Whether it is shown to have what its shard's primary had at a position; waits for that. */
  boolean awaitReplayed(WalPosition position, Duration patience);

  /** Looks, by which the snapshot of its transaction is taken. */
  void look() throws SQLException;
}
