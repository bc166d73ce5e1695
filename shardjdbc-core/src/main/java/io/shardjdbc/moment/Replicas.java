package io.shardjdbc.moment;

import io.shardjdbc.replication.WalPosition;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.AtOnce;
import io.shardjdbc.transaction.LogFlush;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Brings replicas to a moment.
 *
 * <p>While nobody can decide, and all that is decided has been told, the primary says where it is
 * in its log, and writes it out to there. A replica that has replayed that shows all of it: what is
 * decided, and whatever else was acknowledged, by this process or another. What comes behind it
 * until the locks are let go is no part of a transaction over several shards. So it does not matter
 * how far behind the replica was when it was chosen. It is waited for as long as a primary would be
 * asked, and then the primary is asked.
 *
 * <p>For one thread at a time.
 */
final class Replicas implements AutoCloseable {

  /** So long others cannot decide because a replica is behind. */
  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final Executor executor;
  private final Duration silence;
  private final Map<ShardId, LogFlush> flushes = new ConcurrentHashMap<>();

  /**
   * @param executor for what is said to several servers at once
   * @param silence after which a server that does not answer is given up
   */
  Replicas(Executor executor, Duration silence) {
    this.executor = executor;
    this.silence = silence;
  }

  /** Waits for those that are to look; a request of which one is not there in time fails. */
  void await(List<Hold> held, List<Request> group) throws SQLException {
    Set<ShardId> shards = new LinkedHashSet<>();
    group.forEach(
        request ->
            request.sights().stream()
                .filter(Sight::isOnReplica)
                .forEach(sight -> shards.add(sight.shard())));
    if (shards.isEmpty()) {
      return;
    }
    Map<ShardId, WalPosition> moments = moments(held, shards);
    long until = System.nanoTime() + PATIENCE.toNanos();
    AtOnce waits = new AtOnce(executor);
    for (Request request : group) {
      for (Sight sight : request.sights()) {
        WalPosition moment = moments.get(sight.shard());
        if (sight.isOnReplica() && moment != null) {
          waits.add(() -> await(request, sight, moment, until));
        }
      }
    }
    HeldStill.rethrow(waits.run());
  }

  private Map<ShardId, WalPosition> moments(List<Hold> held, Set<ShardId> shards)
      throws SQLException {
    Map<ShardId, WalPosition> moments = new HashMap<>();
    AtOnce questions = new AtOnce(executor);
    for (Hold hold : held) {
      if (shards.contains(hold.shard())) {
        questions.add(
            () -> {
              WalPosition moment = hold.position();
              flushes.computeIfAbsent(hold.shard(), s -> new LogFlush(silence)).on(hold.pool());
              synchronized (moments) {
                moments.put(hold.shard(), moment);
              }
            });
      }
    }
    HeldStill.rethrow(questions.run());
    return moments;
  }

  private static void await(Request request, Sight sight, WalPosition moment, long until) {
    Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
    if (!sight.awaitReplayed(moment, left)) {
      request.failed(new ReplicaBehindException(sight.pool().name()));
    }
  }

  @Override
  public void close() {
    flushes.values().forEach(LogFlush::close);
    flushes.clear();
  }
}
