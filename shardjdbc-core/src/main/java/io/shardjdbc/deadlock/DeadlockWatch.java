package io.shardjdbc.deadlock;

import io.shardjdbc.fence.Fence;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.transaction.Participant;
import io.shardjdbc.transaction.PrepareAlso;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends one of those who wait for each other over several shards.
 *
 * <p>Each server sees the waits in its own database only, so it sees no circle that goes over two
 * of them, and everybody in it waits for ever. The waits of all shards are put together by the
 * {@linkplain TransactionMark marks} of transactions. Looks at different servers are at different
 * times, though, and what was seen on one may be over when the other is looked at: so a circle
 * counts only if a second look finds the same waits, begun at the same time. Each of them was there
 * all the time between its two looks, hence all of them at the time when the first look had ended
 * and the second had not begun. Whoever is in a circle at one time stays in it.
 *
 * <p>One of them is {@linkplain Victims chosen} and ended: what it waits in is cancelled, if that
 * is still the same wait. Its caller gets the SQLSTATE that one server gives, 40P01. Where several
 * processes watch, one of them goes first, and the others find the circle gone.
 *
 * <p>Nothing is looked at as long as no transaction over several shards of this process is older
 * than the interval. Thread-safe.
 */
public final class DeadlockWatch implements PrepareAlso, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeadlockWatch.class);

  private final Waits waits;
  private final Duration interval;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicLong ended = new AtomicLong();
  private final ScheduledThreadPoolExecutor thread;

  /**
   * @param interval between looks; zero for none at all
   */
  public DeadlockWatch(Waits waits, Duration interval) {
    this.waits = waits;
    this.interval = interval;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "shardjdbc-deadlocks");
              made.setDaemon(true);
              return made;
            });
  }

  /** The transactions of this process that it looks after. */
  public OpenMarks marks() {
    return waits.marks();
  }

  /** Marks it, so that it is known when its session is gone. */
  @Override
  public String whenPrepared(Participant part) {
    return marks().whenPrepared(part);
  }

  /** Whether deadlocks are to be seen. */
  public boolean isOn() {
    return !interval.isZero();
  }

  /** Begins, if it has not. */
  public void start() {
    if (!started.get() && isOn() && started.compareAndSet(false, true)) {
      schedule();
    }
  }

  /** How many transactions this process has ended, of whichever process. */
  public long ended() {
    return ended.get();
  }

  private void schedule() {
    try {
      var unused = thread.schedule(this::pass, interval.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // The DataSource is closed; another process will look.
    }
  }

  private void pass() {
    try {
      if (waits.marks().anyOlder(interval)) {
        look();
      }
    } catch (SQLException | RuntimeException e) {
      LOG.warn("deadlocks could not be looked for, and will be: {}", e.toString());
    } finally {
      schedule();
    }
  }

  private void look() throws SQLException {
    for (List<Wait> circle : Circles.in(waits.lookAndSay())) {
      ShardId first = first(circle);
      if (waits.link(first).goFirst()) {
        try {
          endOneOf(circle);
        } finally {
          waits.link(first).letOthersGo();
        }
      }
    }
  }

  private static ShardId first(List<Wait> circle) {
    return circle.stream().map(Wait::shard).min(Comparator.comparing(ShardId::name)).orElseThrow();
  }

  private void endOneOf(List<Wait> seen) throws SQLException {
    List<Wait> now = Fence.SECOND_LOOK.isOut() ? seen : waits.look(false);
    List<Wait> both =
        now.stream().filter(wait -> seen.stream().anyMatch(before -> before.isSame(wait))).toList();
    for (List<Wait> circle : Circles.in(both)) {
      for (Wait victim : Victims.of(circle)) {
        if (end(victim, circle)) {
          break;
        }
      }
    }
  }

  private boolean end(Wait victim, List<Wait> circle) {
    try {
      if (!waits.link(victim.shard()).cancel(victim)) {
        return false;
      }
    } catch (SQLException e) {
      LOG.warn(
          "{} waits in a deadlock and cannot be ended: {}", victim.waiter().node(), e.toString());
      return false;
    }
    ended.incrementAndGet();
    LOG.warn("deadlock over shards: {}; {} was ended", inWords(circle), victim.waiter().node());
    return true;
  }

  private static String inWords(List<Wait> circle) {
    return circle.stream()
        .map(
            wait ->
                wait.waiter().node()
                    + " waits on shard "
                    + wait.shard()
                    + " for "
                    + wait.holder().node()
                    + Optional.ofNullable(wait.holder().prepared())
                        .map(n -> " (" + n + ")")
                        .orElse(""))
        .collect(Collectors.joining(", "));
  }

  /** Ends it. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(Duration.ofSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    waits.close();
  }
}
