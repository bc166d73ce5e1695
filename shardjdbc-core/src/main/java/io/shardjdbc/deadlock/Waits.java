package io.shardjdbc.deadlock;

import io.shardjdbc.deadlock.WaitLink.Sight;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.outcome.TransactionWait;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.sql.text.StatementSummary;
import io.shardjdbc.transaction.AtOnce;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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
  private final OpenMarks marks = new OpenMarks();
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

  /** The transactions of this process. */
  public OpenMarks marks() {
    return marks;
  }

  /**
   * All waits for locks there are now, shard by shard.
   *
   * @throws SQLException if a shard cannot be looked at
   */
  public List<TransactionWait> all() throws SQLException {
    return look(true).stream().map(Waits::shown).toList();
  }

  /**
   * One look; shards that are not there are passed over, unless all are wanted.
   *
   * <p>Sessions are named by the transactions that they belong to: those of this process, and those
   * of others that say so. What another process says counts if the wait is there that it names.
   */
  List<Wait> look(boolean whole) throws SQLException {
    return named(sights(whole));
  }

  private List<Wait> named(List<Sight> sights) {
    List<Wait> waits = sights.stream().flatMap(sight -> sight.waits().stream()).toList();
    Map<OpenMarks.Session, Long> transactions = new HashMap<>();
    Map<String, ShardId> shards = new HashMap<>();
    sights.forEach(sight -> shards.put(sight.database(), sight.shard()));
    for (Sight sight : sights) {
      for (Published one : sight.said()) {
        if (waits.stream().anyMatch(wait -> isOf(one, wait, shards))) {
          one.parts().forEach(part -> name(part, one.number(), shards, transactions));
        }
      }
    }
    marks.sessions().forEach((session, mark) -> transactions.put(session, mark.number()));
    return waits.stream().map(wait -> wait.named(transactions)).toList();
  }

  private static boolean isOf(Published one, Wait wait, Map<String, ShardId> shards) {
    return one.since() == wait.since()
        && one.waits().process() == wait.waiter().process()
        && wait.shard().equals(shards.get(one.waits().database()));
  }

  private static void name(
      Published.Place part,
      long number,
      Map<String, ShardId> shards,
      Map<OpenMarks.Session, Long> transactions) {
    ShardId shard = shards.get(part.database());
    if (shard != null) {
      transactions.put(new OpenMarks.Session(shard, part.process()), number);
    }
  }

  private List<Sight> sights(boolean whole) throws SQLException {
    List<Sight> found = Collections.synchronizedList(new ArrayList<>());
    AtOnce looks = new AtOnce(executor);
    for (ShardId shard : maps.shards()) {
      looks.add(() -> found.add(link(shard).look(nodes.primary(shard))));
    }
    rethrow(looks.run(), whole);
    return List.copyOf(found);
  }

  /** Looks, and lets other processes know which transactions of this one wait, and where. */
  List<Wait> lookAndSay() throws SQLException {
    List<Sight> sights = sights(false);
    List<Wait> waits = named(sights);
    Map<ShardId, String> databases = new HashMap<>();
    sights.forEach(sight -> databases.put(sight.shard(), sight.database()));
    List<Published> own = Published.of(waits, marks.sessions(), databases);
    if (!own.isEmpty()) {
      AtOnce words = new AtOnce(executor);
      String text = Published.text(own);
      databases.keySet().forEach(shard -> words.add(() -> link(shard).say(text)));
      rethrow(words.run(), false);
    }
    return waits;
  }

  private static void rethrow(@Nullable Throwable failure, boolean whole) throws SQLException {
    if (failure instanceof SQLException e && whole) {
      throw e;
    }
    if (failure != null && !(failure instanceof SQLException)) {
      throw new IllegalStateException(failure);
    }
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
