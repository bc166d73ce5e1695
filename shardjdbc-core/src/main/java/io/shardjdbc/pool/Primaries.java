package io.shardjdbc.pool;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyHashes;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.Map;

/** Nodes of shards that have a primary only: it serves everything. */
public final class Primaries implements ShardNodes {

  private final Map<ShardId, NodePool> pools;

  public Primaries(Map<ShardId, NodePool> pools) {
    this.pools = Map.copyOf(pools);
  }

  @Override
  public NodePool choose(ShardId shard, Route route, Use use) throws SQLException {
    return primary(shard);
  }

  @Override
  public void wrote(ShardId shard, KeyHashes keys) {}

  @Override
  public NodePool primary(ShardId shard) throws SQLException {
    NodePool pool = pools.get(shard);
    if (pool == null) {
      throw SqlErrors.of(ErrorCode.BAD_CONFIGURATION, "there is no shard " + shard);
    }
    return pool;
  }
}
