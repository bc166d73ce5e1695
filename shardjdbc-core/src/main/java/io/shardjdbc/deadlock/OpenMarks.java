package io.shardjdbc.deadlock;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.Participant;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The transactions over several shards that this process has open, and which sessions of servers
 * their parts run in. Thread-safe.
 */
public final class OpenMarks {

  private final Map<Participant, Part> parts = new ConcurrentHashMap<>();

  private record Part(
      TransactionMark mark, ShardId shard, int process, long since, BooleanSupplier isLost) {}

  /**
   * Notes a part of a transaction.
   *
   * @param part as it will be asked for
   * @param process the number of the server's process
   * @param isLost whether its connection is lost, so that nobody will say that it has ended
   */
  public void add(Participant part, TransactionMark mark, int process, BooleanSupplier isLost) {
    parts.put(part, new Part(mark, part.shard(), process, System.nanoTime(), isLost));
  }

  /** The mark of the transaction that a part belongs to; null where it is alone. */
  public @Nullable TransactionMark of(Participant part) {
    Part known = parts.get(part);
    return known == null ? null : known.mark();
  }

  /** Notes that a part has ended. */
  public void remove(Participant part) {
    parts.remove(part);
  }

  /** What a part is to be prepared with, so that it is known when its session is gone. */
  String whenPrepared(Participant part) {
    TransactionMark mark = of(part);
    return mark == null ? "" : ", " + mark.lock();
  }

  /** Whether a transaction has been open for so long. */
  boolean anyOlder(Duration age) {
    long now = System.nanoTime();
    parts.values().removeIf(part -> part.isLost().getAsBoolean());
    return parts.values().stream().anyMatch(part -> now - part.since() >= age.toNanos());
  }

  /** Which transactions the sessions of servers belong to now. */
  Map<Session, TransactionMark> sessions() {
    Map<Session, TransactionMark> sessions = new HashMap<>();
    parts.values().forEach(p -> sessions.put(new Session(p.shard(), p.process()), p.mark()));
    return sessions;
  }

  /** A session of a shard's server. */
  record Session(ShardId shard, int process) {}
}
