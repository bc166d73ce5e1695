package io.shardjdbc.deadlock;

import io.shardjdbc.deadlock.OpenMarks.Session;
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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Looks at all shards for who waits for whom. Thread-safe. */
public final class Waits implements AutoCloseable {

  private final CurrentMap maps;
  private final ShardNodes nodes;
  private final OpenMarks marks = new OpenMarks();
  private final Executor executor;
  private final Map<ShardId, WaitLink> links = new ConcurrentHashMap<>();
  private final AtomicLong turns = new AtomicLong();

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
    Map<Session, TransactionMark> transactions = new HashMap<>();
    Map<Long, Long> begins = new HashMap<>();
    for (Sight sight : sights) {
      for (Published one : sight.said()) {
        if (sight.waits().stream().anyMatch(wait -> isOf(one, wait))) {
          begins.put(one.number(), one.began());
        }
      }
    }
    for (Sight sight : sights) {
      for (Published one : sight.said()) {
        Long began = begins.get(one.number());
        if (began != null) {
          TransactionMark mark = TransactionMark.of(one.number(), began);
          transactions.put(new Session(sight.shard(), one.process()), mark);
        }
      }
    }
    transactions.putAll(marks.sessions());
    return sights.stream()
        .flatMap(sight -> sight.waits().stream())
        .map(wait -> wait.named(transactions))
        .toList();
  }

  private static boolean isOf(Published one, Wait wait) {
    return one.since() == wait.since() && one.process() == wait.waiter().process();
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
    Map<Session, TransactionMark> own = marks.sessions();
    Map<ShardId, List<Published>> needed = Published.of(waits, own, true);
    Map<ShardId, List<Published>> others = Published.of(waits, own, false);
    long turn = turns.incrementAndGet();
    AtOnce words = new AtOnce(executor);
    for (Sight sight : sights) {
      List<Published> first = needed.getOrDefault(sight.shard(), List.of());
      List<Published> then = others.getOrDefault(sight.shard(), List.of());
      boolean none = first.isEmpty() && then.isEmpty();
      String text = none ? "" : Published.text(first, then, turn);
      words.add(() -> link(sight.shard()).say(text));
    }
    rethrow(words.run(), false);
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
