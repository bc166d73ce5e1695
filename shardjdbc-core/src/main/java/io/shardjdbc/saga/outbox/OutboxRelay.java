package io.shardjdbc.saga.outbox;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.saga.RetryPolicy;
import io.shardjdbc.saga.ShardsAwayException;
import io.shardjdbc.saga.work.EachShard;
import io.shardjdbc.saga.work.OwnThreads;
import io.shardjdbc.saga.work.ShardWork;
import io.shardjdbc.saga.work.StepFailures;
import io.shardjdbc.saga.work.Timers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the messages of one topic, from all shards.
 *
 * <p>Each shard's messages are delivered by one relay at a time, whoever holds the lease on that
 * shard's row for the topic; others stand by. A message is delivered at least once: if a relay dies
 * after delivering and before noting it, the next one delivers again, up to a hundred messages.
 * Messages of one key on one shard are delivered in the order of their commits; when one cannot be
 * delivered, those behind it wait, and other keys go on. What was delivered is deleted.
 *
 * <p>A relay that stands still for longer than its lease and then wakes up ends with the message
 * that it is at, which may come late: a receiver that must not be misled remembers the greatest
 * {@link OutboxMessage#sequence} of a key, or the ids.
 *
 * <p>Thread-safe. To be closed before the DataSource is.
 */
public final class OutboxRelay implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
  private static final int MOST_THREADS = 32;

  private final ShardDataSource dataSource;
  private final Map<ShardId, ReentrantLock> turns = new ConcurrentHashMap<>();
  private final OutboxRows rows;
  private final MessageHandler handler;
  private final Duration lease;
  private final RetryPolicy pauses;
  private final Timers timers;
  private volatile boolean closing;

  OutboxRelay(OutboxRelayBuilder builder) {
    this.dataSource = builder.dataSource;
    this.rows = new OutboxRows(new ShardWork(builder.dataSource), builder.topic, UUID.randomUUID());
    this.handler = builder.handler;
    this.lease = builder.lease;
    this.pauses = new RetryPolicy(Integer.MAX_VALUE, builder.firstPause, builder.longestPause);
    this.timers =
        new Timers(
            Math.min(dataSource.shards().size(), MOST_THREADS),
            new OwnThreads("shardjdbc-outbox", turns));
    if (builder.background) {
      timers.onEach(dataSource::shards, builder.interval, this::deliver);
    }
  }

  /**
   * Describes it.
   *
   * @param topic whose messages are delivered
   */
  public static OutboxRelayBuilder builder(
      ShardDataSource dataSource, String topic, MessageHandler handler) {
    return new OutboxRelayBuilder(dataSource, topic, handler);
  }

  /**
   * Delivers, in this thread, what is due and what no other relay has leased.
   *
   * @return how many messages were delivered
   * @throws ShardsAwayException if a shard cannot be asked; what is due on the others is delivered
   *     nevertheless
   */
  public int deliver() throws SQLException {
    return EachShard.count(dataSource.shards(), this::deliver, ShardsAwayException::new);
  }

  /** One thread at a time: two of one relay would share its lease. */
  private int deliver(ShardId shard) throws SQLException {
    ReentrantLock turn = turn(shard);
    if (turn.isHeldByCurrentThread()) {
      return 0; // a handler that calls its own relay: its message is not delivered yet
    }
    turn.lock();
    try {
      int all = 0;
      long leased = System.nanoTime();
      while (isGoingOn() && isWaiting(shard) && rows.lease(shard, lease)) {
        int delivered = deliver(shard, rows.due(shard), leased);
        all += delivered;
        if (delivered == 0) {
          break;
        }
        leased = System.nanoTime();
      }
      if (closing) {
        release(shard);
      }
      return all;
    } finally {
      turn.unlock();
    }
  }

  private boolean isWaiting(ShardId shard) throws SQLException {
    OutboxRows.Waiting waiting = rows.waiting(shard);
    if (waiting.behind() && rows.letGo(shard)) {
      waiting = rows.waiting(shard);
    }
    return waiting.due();
  }

  private ReentrantLock turn(ShardId shard) {
    return turns.computeIfAbsent(shard, unused -> new ReentrantLock());
  }

  /**
   * Whoever interrupts a caller's thread wants it to stop. The relay's own threads can be
   * interrupted by its handler only, which means nothing.
   */
  private boolean isGoingOn() {
    boolean interrupted = Thread.interrupted();
    if (interrupted && !OwnThreads.isCurrent(turns)) {
      Thread.currentThread().interrupt();
      return false;
    }
    return !closing;
  }

  private int deliver(ShardId shard, List<OutboxMessage> due, long leaseAsked) throws SQLException {
    List<OutboxMessage> delivered = new ArrayList<>();
    Set<String> failed = new HashSet<>();
    long leased = leaseAsked;
    int count = 0;
    try {
      for (OutboxMessage message : due) {
        if (!isGoingOn()) {
          break;
        }
        if (message.key().filter(failed::contains).isPresent()) {
          continue;
        }
        if (System.nanoTime() - leased > lease.toNanos() / 3) {
          rows.delivered(shard, delivered);
          delivered.clear();
          leased = System.nanoTime();
          if (!rows.keep(shard, lease)) {
            return count; // what is left of the list may have been delivered
          }
        }
        if (handed(shard, message)) {
          delivered.add(message);
          count++;
        } else {
          message.key().ifPresent(failed::add);
        }
      }
    } finally {
      note(() -> rows.delivered(shard, delivered));
    }
    return count;
  }

  private boolean handed(ShardId shard, OutboxMessage message) throws SQLException {
    try {
      handler.deliver(message);
      return true;
    } catch (Throwable e) { // an Error too: whatever one message causes concerns its key alone
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      String reason = e.getClass().getName();
      LOG.warn("{} was not delivered: {}", message, reason);
      note(() -> rows.failed(shard, message, reason, pauses.pauseAfter(message.attempt())));
      return false;
    }
  }

  /** Something to be written down, whatever the thread is wanted for. */
  @FunctionalInterface
  private interface Note {
    void write() throws SQLException;
  }

  /** A thread that is interrupted could not ask a server; the interruption waits. */
  private static void note(Note note) throws SQLException {
    boolean interrupted = Thread.interrupted();
    try {
      note.write();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Ends after the message that is being delivered, and leaves the topic to other relays. A handler
   * that closes its own relay does not wait for itself.
   */
  @Override
  public void close() {
    closing = true;
    timers.close();
    for (ShardId shard : dataSource.shards()) {
      ReentrantLock turn = turn(shard);
      if (!turn.isHeldByCurrentThread() && turn.tryLock()) {
        try {
          release(shard);
        } finally {
          turn.unlock();
        }
      } // else whoever delivers sees that it is closing, and releases it
    }
  }

  private void release(ShardId shard) {
    try {
      note(() -> rows.release(shard));
    } catch (SQLException e) {
      LOG.debug("the lease of shard {} runs out by itself: {}", shard, StepFailures.words(e));
    }
  }
}
