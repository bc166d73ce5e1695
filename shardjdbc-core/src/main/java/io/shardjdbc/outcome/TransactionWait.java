package io.shardjdbc.outcome;

import io.shardjdbc.routing.ShardId;
import java.time.Duration;
import java.util.Optional;

/**
 * Somebody who waits for a lock on a shard, and one of those whom he waits for.
 *
 * @param shard where
 * @param lasts how long he has waited
 * @param lock what for, such as {@code ShareLock on transactionid}
 * @param waiter who waits
 * @param holder whom he waits for: who has the lock, or stands in front of him in the queue for it
 */
public record TransactionWait(
    ShardId shard, Duration lasts, String lock, Party waiter, Party holder) {

  /**
   * One side of a wait.
   *
   * @param name the same on all shards for a transaction over several; else of a session, or of
   *     something prepared, on one shard
   * @param process the number of the server's process; 0 for what is prepared
   * @param prepared the name that it is prepared under
   * @param user of the server; empty where it does not say
   * @param age since its part on this shard began, or was prepared; empty where the server does not
   *     say
   * @param summary what its statement does and to which tables, without values; empty where it runs
   *     none, or the server does not say
   */
  public record Party(
      String name,
      int process,
      Optional<String> prepared,
      Optional<String> user,
      Optional<Duration> age,
      Optional<String> summary) {}
}
