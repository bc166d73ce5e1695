package io.shardjdbc.catalog;

import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Notices that somebody else has changed the schema: a migration, a person, another process.
 *
 * <p>What a statement needs of the catalogue is remembered, and would be wrong for ever after such
 * a change. So while statements are planned, the primaries are asked for their {@link SchemaStamp}
 * once a second, in the background and all at once. A statement that comes after a pause waits for
 * the answers first, so that none is planned by what was last looked at two seconds ago; the wait
 * is short, and there is none for a server that still owes the answer before, since a dead shard
 * must not slow the statements of the others. Where the question itself takes long, because the
 * schema is large, it is asked less often: it never takes more than a fiftieth of a server's time.
 *
 * <p>Thread-safe.
 */
final class SchemaWatch {

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int SHARE = 50;

  private final CurrentMap maps;
  private final ShardMap first;
  private final Function<ShardId, StampedShard> stamping;
  private final Map<ShardId, StampedShard> stamped = new HashMap<>();
  private final Executor threads;
  private volatile long intervalNanos = INTERVAL.toNanos();
  private volatile long lookedAt = System.nanoTime() - Long.MAX_VALUE / 2;
  private final AtomicReference<@Nullable Round> awaited = new AtomicReference<>();

  private record Round(CompletableFuture<Void> answers, long deadline) {}

  /**
   * @param changed what to do when a schema is not what it was
   * @param proved whether statements are planned by what was proved of all shards
   */
  SchemaWatch(
      ShardNodes nodes,
      CurrentMap maps,
      Executor threads,
      Runnable changed,
      BooleanSupplier proved) {
    this.maps = maps;
    this.first = maps.get();
    this.stamping =
        shard -> new StampedShard(nodes, shard, changed, !first.shards().contains(shard), proved);
    this.threads = threads;
  }

  /** To be called before a statement is planned. */
  void look() {
    if (System.nanoTime() - lookedAt >= intervalNanos) {
      start();
    }
    Round round = awaited.get();
    if (round != null) {
      await(round);
    }
  }

  private synchronized void start() {
    long now = System.nanoTime();
    long age = now - lookedAt;
    if (age < intervalNanos) {
      return;
    }
    boolean late = age >= intervalNanos + INTERVAL.toNanos();
    Duration dearest = Duration.ZERO;
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    try {
      for (StampedShard shard : ofNow()) {
        shard.ask(threads).ifPresent(answers::add);
        dearest = shard.cost().compareTo(dearest) > 0 ? shard.cost() : dearest;
      }
    } catch (RejectedExecutionException e) {
      return; // closed in the meantime
    }
    lookedAt = now;
    intervalNanos = Math.max(INTERVAL.toNanos(), SHARE * dearest.toNanos());
    if (late) {
      CompletableFuture<Void> all =
          CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
      awaited.set(new Round(all, now + PATIENCE.toNanos()));
    }
  }

  /** The shards of the map of now; of one that comes back later, nothing is known any more. */
  private List<StampedShard> ofNow() {
    List<ShardId> shards = maps.shards();
    stamped.keySet().retainAll(shards);
    return shards.stream().map(shard -> stamped.computeIfAbsent(shard, stamping)).toList();
  }

  private void await(Round round) {
    try {
      round.answers.get(round.deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // It goes on in the background.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    awaited.compareAndSet(round, null);
  }
}
