package io.shardjdbc.pool;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.replication.set.OwnWrites;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.route.KeyHashes;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Nodes of shards that have a primary only: it serves everything. */
final class Primaries {

  private volatile Map<ShardId, Lone> shards = Map.of();

  /**
   * One shard.
   *
   * @param writes another DataSource of the process may read replicas of what is written here
   */
  private record Lone(NodePool pool, OwnWrites writes) {}

  synchronized void add(NodePool pool) {
    Map<ShardId, Lone> more = new LinkedHashMap<>(shards);
    more.put(pool.shard(), new Lone(pool, OwnWrites.at(List.of(pool.place()))));
    shards = more;
  }

  synchronized void remove(ShardId shard) {
    Map<ShardId, Lone> fewer = new LinkedHashMap<>(shards);
    Lone left = fewer.remove(shard);
    shards = fewer;
    if (left != null) {
      left.pool().retire();
    }
  }

  Loan lendPrimary(ShardId shard) throws SQLException {
    NodePool pool = primary(shard);
    return new PrimaryLoan(pool, pool.borrow());
  }

  void wrote(ShardId shard, KeyHashes keys) {
    Lone lone = shards.get(shard);
    if (lone == null) {
      return;
    }
    if (keys.isAny()) {
      lone.writes().wroteAll();
    } else {
      lone.writes().wrote(keys.size(), keys::get);
    }
  }

  /** Another DataSource of the process may read replicas of it. */
  Runnable unseenWrites(ShardId shard) {
    Lone lone = shards.get(shard);
    return lone == null ? () -> {} : lone.writes().unseen();
  }

  NodePool primary(ShardId shard) throws SQLException {
    Lone lone = shards.get(shard);
    if (lone == null) {
      throw SqlErrors.of(ErrorCode.SHARD_LEFT, shard);
    }
    return lone.pool();
  }

  List<NodePool> pools() {
    return shards.values().stream().map(Lone::pool).toList();
  }

  void close() {
    shards.values().forEach(lone -> lone.pool().close());
  }
}
