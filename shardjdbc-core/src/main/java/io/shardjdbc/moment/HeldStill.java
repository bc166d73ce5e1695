package io.shardjdbc.moment;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.fence.Fence;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.AtOnce;
import io.shardjdbc.transaction.DecidedParts;
import io.shardjdbc.transaction.DecidedParts.Part;
import io.shardjdbc.transaction.DecidedParts.Waiting;
import io.shardjdbc.transaction.Decisions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Has all shards keep still while connections look. For one thread at a time. */
final class HeldStill implements AutoCloseable {

  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(1);

  /** So long whoever coordinates a transaction is left to tell its parts. */
  private static final Duration POLITENESS = Duration.ofMillis(25);

  private final ShardNodes nodes;
  private final Decisions decisions;
  private final Executor executor;
  private final Map<ShardId, Hold> holds = new ConcurrentHashMap<>();
  private final Replicas replicas;

  HeldStill(ShardNodes nodes, Decisions decisions, Executor executor) {
    this.nodes = nodes;
    this.decisions = decisions;
    this.executor = executor;
    this.replicas = new Replicas(executor, SILENCE);
  }

  /**
   * Tries once.
   *
   * @param shards that may decide
   * @param wait for each lock, and for what has to be told
   * @param all who want to look, asked when nobody can decide
   * @return what is in the way; empty if they have looked
   * @throws SQLException if a shard is not there
   */
  String once(Set<ShardId> shards, Duration wait, Supplier<List<Request>> all) throws SQLException {
    List<Hold> held = new ArrayList<>();
    boolean done = false;
    dropOthers(shards);
    try {
      for (ShardId shard : shards) {
        held.add(holds.computeIfAbsent(shard, s -> new Hold(s, SILENCE)));
      }
      String obstacle = lock(held, wait);
      if (!obstacle.isEmpty()) {
        return obstacle;
      }
      List<Request> group = all.get();
      if (!group.stream().allMatch(request -> shards.containsAll(request.shards()))) {
        return "a shard has joined";
      }
      obstacle = makeReady(held, group, wait);
      if (!obstacle.isEmpty()) {
        return obstacle;
      }
      look(group);
      done = true;
      letGo(held);
      return "";
    } finally {
      if (!done) {
        held.forEach(Hold::giveUp);
      }
    }
  }

  /** Waits until the moment can be seen; nobody has looked yet, so a lost lock costs a try. */
  private String makeReady(List<Hold> held, List<Request> group, Duration wait)
      throws SQLException {
    try {
      String obstacle = Fence.UNTOLD_PARTS.isOut() ? "" : awaitTold(held, group, wait);
      if (obstacle.isEmpty()) {
        requireSameServers(held, group);
        replicas.await(held, group);
      }
      return obstacle;
    } catch (SQLException e) {
      for (Hold hold : held) {
        if (hold.isLost()) {
          return "the lock on shard " + hold.shard() + " was lost";
        }
      }
      throw e;
    }
  }

  /** Those of shards that have left. */
  private void dropOthers(Set<ShardId> shards) {
    holds.values().stream().filter(hold -> !shards.contains(hold.shard())).forEach(Hold::drop);
    holds.keySet().retainAll(shards);
  }

  private String lock(List<Hold> held, Duration wait) throws SQLException {
    AtOnce connections = new AtOnce(executor);
    held.forEach(hold -> connections.add(() -> hold.on(nodes.primary(hold.shard()))));
    rethrow(connections.run());
    Hold line = Collections.min(held, Comparator.comparing(Hold::database));
    if (!line.standInLine(wait)) {
      return "others take snapshots";
    }
    AtOnce locks = new AtOnce(executor);
    Set<ShardId> busy = ConcurrentHashMap.newKeySet();
    for (Hold hold : held) {
      locks.add(
          () -> {
            if (!hold.lock(wait)) {
              busy.add(hold.shard());
            }
          });
    }
    rethrow(locks.run());
    return busy.stream()
        .findFirst()
        .map(shard -> "a commit that shard " + shard + " decides takes long")
        .orElse("");
  }

  /** Waits until all that is decided shows on the shards that are to be read. */
  private String awaitTold(List<Hold> held, List<Request> group, Duration wait)
      throws SQLException {
    Map<ShardId, Connection> locked = new LinkedHashMap<>();
    held.forEach(hold -> locked.put(hold.shard(), hold.connection()));
    DecidedParts parts = new DecidedParts(locked);
    Set<ShardId> read = new LinkedHashSet<>();
    group.forEach(request -> read.addAll(request.shards()));
    Waiting waiting = parts.waiting(prepared(parts, read));
    long begun = System.nanoTime();
    boolean telling = false;
    while (!waiting.isNone()) {
      long waited = System.nanoTime() - begun;
      if (waited > wait.plus(POLITENESS).toNanos()) {
        return waiting.first().map(HeldStill::obstacle).orElse("");
      }
      if (!telling && waited > POLITENESS.toNanos()) {
        telling = true;
        waiting.told().forEach(this::tell);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      Set<Part> there = new LinkedHashSet<>(prepared(parts, shardsOf(waiting)));
      waiting.told().retainAll(there);
      waiting.unknown().retainAll(there);
    }
    return "";
  }

  private static String obstacle(Part part) {
    return part.name() + " is prepared on shard " + part.shard();
  }

  private static Set<ShardId> shardsOf(Waiting waiting) {
    Set<ShardId> shards = new LinkedHashSet<>();
    waiting.told().forEach(part -> shards.add(part.shard()));
    waiting.unknown().forEach(part -> shards.add(part.shard()));
    return shards;
  }

  private List<Part> prepared(DecidedParts parts, Set<ShardId> shards) throws SQLException {
    List<Part> all = new ArrayList<>();
    AtOnce looks = new AtOnce(executor);
    for (ShardId shard : shards) {
      looks.add(
          () -> {
            List<Part> found = parts.prepared(shard);
            synchronized (all) {
              all.addAll(found);
            }
          });
    }
    rethrow(looks.run());
    return all;
  }

  /** Its coordinator is gone, or slow; whoever is second finds that it is done. */
  private void tell(Part part) {
    try (Connection connection = decisions.open(part.shard());
        Statement statement = connection.createStatement()) {
      statement.execute(part.commit());
    } catch (SQLException e) {
      // It has been ended meanwhile, or stays in the way and is named.
    }
  }

  /** A shard that has another primary now may have decided there meanwhile. */
  private void requireSameServers(List<Hold> held, List<Request> group) throws SQLException {
    for (Hold hold : held) {
      if (nodes.primary(hold.shard()) != hold.node()) {
        throw SqlErrors.of(ErrorCode.SNAPSHOT_LOST, hold.shard());
      }
      for (Request request : group) {
        for (Sight sight : request.sights()) {
          boolean elsewhere = !sight.isOnReplica() && sight.pool() != hold.node();
          if (elsewhere && sight.shard().equals(hold.shard())) {
            request.failed(SqlErrors.of(ErrorCode.SNAPSHOT_LOST, hold.shard()));
          }
        }
      }
    }
  }

  private void look(List<Request> group) throws SQLException {
    AtOnce looks = new AtOnce(executor);
    for (Request request : group) {
      if (!request.hasFailed()) {
        request.sights().forEach(sight -> looks.add(() -> look(request, sight)));
      }
    }
    rethrow(looks.run());
  }

  private static void look(Request request, Sight sight) {
    try {
      sight.look();
    } catch (SQLException e) {
      SQLException named = SqlErrors.onShard(sight.shard(), e);
      request.failed(sight.isOnReplica() ? new ReplicaBehindException(named) : named);
    }
  }

  private void letGo(List<Hold> held) throws SQLException {
    AtOnce ends = new AtOnce(executor);
    Set<ShardId> lost = ConcurrentHashMap.newKeySet();
    for (Hold hold : held) {
      ends.add(
          () -> {
            if (!hold.letGo() || nodes.primary(hold.shard()) != hold.node()) {
              lost.add(hold.shard());
            }
          });
    }
    rethrow(ends.run());
    if (!lost.isEmpty()) {
      throw SqlErrors.of(ErrorCode.SNAPSHOT_LOST, lost.iterator().next());
    }
  }

  static void rethrow(@Nullable Throwable failure) throws SQLException {
    if (failure instanceof SQLException e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    holds.values().forEach(Hold::drop);
    holds.clear();
    replicas.close();
  }
}
