package io.shardjdbc.pool;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyHashes;
import io.shardjdbc.routing.Route;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes of shards that have a primary only: it serves everything. */
public final class Primaries implements ShardNodes {

  private final Map<ShardId, NodePool> pools;

  public Primaries(Map<ShardId, NodePool> pools) {
    this.pools = new LinkedHashMap<>(pools);
  }

  @Override
  public Loan lend(ShardId shard, Route route, Use use, ReadIntent intent) throws SQLException {
    return lendPrimary(shard);
  }

  @Override
  public Loan lendPrimary(ShardId shard) throws SQLException {
    NodePool pool = primary(shard);
    return new PrimaryLoan(pool, pool.borrow());
  }

  @Override
  public void wrote(ShardId shard, KeyHashes keys, Outcome outcome, ReadIntent intent) {}

  @Override
  public NodePool primary(ShardId shard) throws SQLException {
    NodePool pool = pools.get(shard);
    if (pool == null) {
      throw SqlErrors.of(ErrorCode.BAD_CONFIGURATION, "there is no shard " + shard);
    }
    return pool;
  }

  @Override
  public List<NodePool> pools() {
    return List.copyOf(pools.values());
  }

  @Override
  public void close() {
    pools.values().forEach(NodePool::close);
  }
}
