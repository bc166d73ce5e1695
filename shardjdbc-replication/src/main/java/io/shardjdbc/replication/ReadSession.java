package io.shardjdbc.replication;

import io.shardjdbc.replication.marks.SessionMarks;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A sequence of reads and writes of one user, whose reads never go back in time.
 *
 * <p>A read that starts after another one of the session ended sees at least what that one saw,
 * whichever node served it. And if a failover may have lost a write of the session, its further
 * writes are refused with SQLSTATE 40003, so that none builds on one that is gone, until {@link
 * #acceptLostWrites()}.
 *
 * <p>A plain object that the caller carries, over threads as it likes; thread-safe. It knows the
 * clock of this process and means nothing in another: there, a {@link CausalToken} goes along.
 */
public final class ReadSession {
  private final Map<String, SessionMarks> shards = new ConcurrentHashMap<>();

  private ReadSession() {}

  /** A session that has seen nothing yet. */
  public static ReadSession start() {
    return new ReadSession();
  }

  /**
   * Forgets the writes before now: writes go on even if a failover has lost some of them. To be
   * called when the application has dealt with the loss.
   */
  public void acceptLostWrites() {
    shards.values().forEach(SessionMarks::forgetWrites);
  }

  /**
   * What it has seen of a shard, for the choice of nodes. The type is not exported: this method is
   * for the library alone.
   */
  public SessionMarks on(String shard) {
    SessionMarks marks = shards.get(shard);
    return marks != null ? marks : shards.computeIfAbsent(shard, name -> new SessionMarks());
  }
}
