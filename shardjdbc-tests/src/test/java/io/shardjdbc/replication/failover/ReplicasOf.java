package io.shardjdbc.replication.failover;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.set.ReplicaSet;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;

/** Shows what chooses among the servers of a shard, which no product sees. */
public final class ReplicasOf {

  private ReplicasOf() {}

  public static ReplicaSet shard(ShardDataSource dataSource, String shard) throws SQLException {
    return dataSource.failover(new ShardId(shard)).orElseThrow().set;
  }
}
