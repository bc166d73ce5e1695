package io.shardjdbc.jdbc;

import io.shardjdbc.error.Asking;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Key;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.sql.ShardingKey;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The shard to which a sharding key pins a connection: where the key lives by the current map. */
final class Pin {

  private record At(Key key, ShardMap map, ShardId shard, Hint hint) {}

  private final Session session;
  private final BiFunction<Key, ShardMap, ShardId> shardOfKey;
  private @Nullable At at;

  Pin(Session session, BiFunction<Key, ShardMap, ShardId> shardOfKey) {
    this.session = session;
    this.shardOfKey = shardOfKey;
  }

  void set(@Nullable ShardingKey key) throws SQLException {
    At next = key == null ? null : Asking.of(() -> by(KeyBuilder.Built.keyOf(key)));
    session.kept().letGo();
    at = next;
  }

  /** The shard; null where no key pins the connection. */
  @Nullable ShardId shard() {
    At now = current();
    return now == null ? null : now.shard();
  }

  /** What the key asks of all statements. */
  Hint hint() {
    At now = current();
    return now == null ? Hint.NONE : now.hint();
  }

  private @Nullable At current() {
    At now = at;
    if (now != null && !now.map().epoch().equals(session.routed().map().epoch())) {
      now = by(now.key());
      at = now;
    }
    return now;
  }

  private At by(Key key) {
    ShardMap map = session.routed().map();
    ShardId shard = shardOfKey.apply(key, map);
    return new At(key, map, shard, Hint.on(shard));
  }
}
