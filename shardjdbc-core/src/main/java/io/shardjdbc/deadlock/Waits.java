package io.shardjdbc.deadlock;

import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.outcome.TransactionWait;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.sql.parse.StatementSummary;
import io.shardjdbc.transaction.AtOnce;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Looks at all shards for who waits for whom. Thread-safe. */
public final class Waits implements AutoCloseable {

  private final CurrentMap maps;
  private final ShardNodes nodes;
  private final Executor executor;
  private final Map<ShardId, WaitLink> links = new ConcurrentHashMap<>();

  /**
   * @param executor for what is said to several servers at once
   */
  public Waits(CurrentMap maps, ShardNodes nodes, Executor executor) {
    this.maps = maps;
    this.nodes = nodes;
    this.executor = executor;
  }

  /**
   * All waits for locks there are now, shard by shard.
   *
   * @throws SQLException if a shard cannot be looked at
   */
  public List<TransactionWait> all() throws SQLException {
    return look(true).stream().map(Waits::shown).toList();
  }

  /** One look; shards that are not there are passed over, unless all are wanted. */
  List<Wait> look(boolean whole) throws SQLException {
    List<ShardId> shards = maps.shards();
    List<List<Wait>> found = new ArrayList<>();
    shards.forEach(shard -> found.add(List.of()));
    AtOnce looks = new AtOnce(executor);
    for (int i = 0; i < shards.size(); i++) {
      int index = i;
      ShardId shard = shards.get(i);
      looks.add(() -> found.set(index, link(shard).waits(nodes.primary(shard))));
    }
    @Nullable Throwable failure = looks.run();
    if (failure instanceof SQLException e && whole) {
      throw e;
    }
    if (failure != null && !(failure instanceof SQLException)) {
      throw new IllegalStateException(failure);
    }
    return found.stream().flatMap(List::stream).toList();
  }

  WaitLink link(ShardId shard) {
    return links.computeIfAbsent(shard, WaitLink::new);
  }

  private static TransactionWait shown(Wait wait) {
    return new TransactionWait(
        wait.shard(), wait.lasts(), wait.lock(), shown(wait.waiter()), shown(wait.holder()));
  }

  static TransactionWait.Party shown(Wait.Side side) {
    return new TransactionWait.Party(
        side.node(),
        side.process(),
        Optional.ofNullable(side.prepared()),
        Optional.ofNullable(side.user()),
        Optional.ofNullable(side.age()),
        side.query().isEmpty() || side.query().startsWith("<")
            ? Optional.empty()
            : Optional.of(StatementSummary.of(side.query())));
  }

  @Override
  public void close() {
    links.values().forEach(WaitLink::close);
  }
}
