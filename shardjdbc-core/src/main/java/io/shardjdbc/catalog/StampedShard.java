package io.shardjdbc.catalog;

import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** A shard and the stamp that its schema had when it was last asked. Thread-safe. */
final class StampedShard {

  private static final SchemaStamp UNKNOWN = new SchemaStamp("", Duration.ZERO, false);

  private final ShardNodes nodes;
  private final ShardId shard;
  private final Runnable changed;
  private final boolean joined;
  private final BooleanSupplier proved;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile SchemaStamp stamp = UNKNOWN;

  /**
   * @param joined whether it has joined the others, by whose schemas statements are planned: what
   *     it has when it comes is no change
   * @param proved whether statements are planned by what was proved of all shards, which has to be
   *     proved of it too
   */
  StampedShard(
      ShardNodes nodes, ShardId shard, Runnable changed, boolean joined, BooleanSupplier proved) {
    this.joined = joined;
    this.proved = proved;
    this.nodes = nodes;
    this.shard = shard;
    this.changed = changed;
  }

  /** How long the last question kept the server busy. */
  Duration cost() {
    return stamp.cost();
  }

  /** Asks for the stamp; empty where the answer before is still owed. */
  Optional<CompletableFuture<Void>> ask(Executor threads) {
    if (!asking.compareAndSet(false, true)) {
      return Optional.empty();
    }
    return Optional.of(CompletableFuture.runAsync(this::ask, threads));
  }

  private void ask() {
    try {
      SchemaStamp now = nodes.primary(shard).ask(SchemaStamp::read).orElse(UNKNOWN);
      boolean asItCame = joined && stamp.equals(UNKNOWN) && !proved.getAsBoolean();
      boolean other = !asItCame && !now.value().equals(stamp.value());
      stamp = now;
      if (now.map()) {
        nodes.primary(shard).mapIsThere();
      }
      if (other) {
        changed.run();
      }
    } catch (SQLException e) {
      // Its statements will say so; until it answers, what is known of it stands.
    } finally {
      asking.set(false);
    }
  }
}
