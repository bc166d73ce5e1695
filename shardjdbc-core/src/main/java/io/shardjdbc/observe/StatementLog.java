package io.shardjdbc.observe;

import io.shardjdbc.routing.ShardId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener that writes to the log: statements that are slow, those over several shards, and now
 * and then which of these cost most and what would keep them on one.
 *
 * <p>Slow statements go to the logger {@code io.shardjdbc.slow}, those over several shards to
 * {@code io.shardjdbc.cross-shard}, advice to {@code io.shardjdbc.advice}. Texts are written
 * without their literals. Thread-safe.
 */
public final class StatementLog implements ShardListener {

  private static final Logger SLOW = LoggerFactory.getLogger("io.shardjdbc.slow");
  private static final Logger CROSS = LoggerFactory.getLogger("io.shardjdbc.cross-shard");
  private static final Logger ADVICE = LoggerFactory.getLogger("io.shardjdbc.advice");

  private final @Nullable Duration slow;
  private final @Nullable CrossShardCosts costs;
  private final boolean crossShard;
  private final int sample;
  private final long adviceNanos;
  private final AtomicLong seen = new AtomicLong();
  private final AtomicLong advisedAt = new AtomicLong(System.nanoTime());

  StatementLog(
      @Nullable Duration slow,
      @Nullable Duration adviceEvery,
      boolean crossShard,
      int sample,
      int mostStatements) {
    this.slow = slow;
    this.crossShard = crossShard;
    this.costs = adviceEvery == null ? null : new CrossShardCosts(mostStatements);
    this.adviceNanos = adviceEvery == null ? 0 : adviceEvery.toNanos();
    this.sample = sample;
  }

  /** A log that writes nothing until it is told what to. */
  public static StatementLogBuilder builder() {
    return new StatementLogBuilder();
  }

  @Override
  public StatementListener started(StartedStatement statement) {
    return new StatementListener() {
      @Override
      public void ended(EndedStatement end) {
        StatementLog.this.ended(statement, end);
      }
    };
  }

  private void ended(StartedStatement statement, EndedStatement end) {
    if (slow != null && end.took().compareTo(slow) >= 0) {
      SLOW.warn("{}", line(statement, end));
    }
    CrossShardCosts all = costs;
    if ((crossShard || all != null)
        && end.error().isEmpty()
        && end.route().map(StatementLog::crosses).orElse(false)
        && seen.getAndIncrement() % sample == 0) {
      if (crossShard) {
        CROSS.info("{}", line(statement, end));
      }
      if (all != null) {
        all.add(statement.withoutLiterals(), end.route().get(), end.took());
        adviseIfDue(all);
      }
    }
  }

  /** No schema could be changed otherwise, so there is nothing to be told. */
  private static boolean crosses(RoutedStatement route) {
    return route.isOverSeveralShards() && !route.mayChangeSchema();
  }

  private static String line(StartedStatement statement, EndedStatement end) {
    String where = end.route().map(StatementLog::where).orElse("refused");
    return end.took().toMillis() + " ms, " + where + ": " + statement.withoutLiterals();
  }

  private static String where(RoutedStatement route) {
    List<ShardId> shards = route.shards();
    String names = shards.stream().map(ShardId::name).collect(Collectors.joining(", "));
    return route.way().label() + " on " + (names.isEmpty() ? "no shard" : names);
  }

  /** On the thread of the statement that finds it due: one of very many. */
  private void adviseIfDue(CrossShardCosts all) {
    long last = advisedAt.get();
    long now = System.nanoTime();
    if (now - last >= adviceNanos && advisedAt.compareAndSet(last, now)) {
      advise(all);
    }
  }

  /** Writes the advice that there is so far, and begins anew. */
  public void adviseNow() {
    if (costs != null) {
      advise(costs);
    }
  }

  private static void advise(CrossShardCosts all) {
    all.take().forEach(line -> ADVICE.info("{}", line));
  }
}
