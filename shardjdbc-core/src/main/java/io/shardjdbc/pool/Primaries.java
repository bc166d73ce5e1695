package io.shardjdbc.pool;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.Durability;
import io.shardjdbc.replication.OwnWrites;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReplicaSet;
import io.shardjdbc.replication.ReplicationListener;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.Route;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nodes of shards that have a primary only: it serves everything. */
final class Primaries implements ShardNodes {

  private final Map<ShardId, NodePool> pools;
  private final TableDurability durability;

  /** Another DataSource of the process may read replicas of what is written here. */
  private final Map<ShardId, OwnWrites> writes = new LinkedHashMap<>();

  /**
   * @param pools one for each shard
   */
  Primaries(Map<ShardId, NodePool> pools, TableDurability durability) {
    this.durability = durability;
    this.pools = new LinkedHashMap<>(pools);
    pools.forEach((shard, pool) -> writes.put(shard, OwnWrites.at(List.of(pool.place()))));
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
  public void wrote(ShardId shard, KeyHashes keys, Outcome outcome, ReadIntent intent) {
    OwnWrites own = writes.get(shard);
    if (own == null) {
      return;
    }
    if (keys.isAny()) {
      own.wroteAll();
    }
    for (int i = 0; i < keys.size(); i++) {
      own.wrote(keys.get(i));
    }
  }

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
  public @Nullable Durability durabilityOf(Route route) {
    return durability.of(route);
  }

  @Override
  public Optional<ReplicaSet> replicas(ShardId shard) {
    return Optional.empty();
  }

  @Override
  public void addListener(ReplicationListener listener) {
    // Nothing is watched, so there is nothing to hear.
  }

  @Override
  public void close() {
    pools.values().forEach(NodePool::close);
  }
}
