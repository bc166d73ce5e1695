package io.shardjdbc.transaction;

import io.shardjdbc.config.TransactionSettings;
import io.shardjdbc.outcome.RecoveryReport;
import io.shardjdbc.outcome.TransactionId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link Recovery} where a {@link Glance}, from time to time, sees something prepared; soon
 * after a coordinator has left something behind; and now and then for old decisions, which only a
 * whole pass deletes.
 *
 * <p>One thread, which starts with the first two-phase transaction of the process or with a
 * DataSource in that mode, survives every failure, and ends with {@link #close()}. Each pass is
 * bounded by the time-outs of its connections. Thread-safe.
 */
public final class RecoverySchedule implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RecoverySchedule.class);

  /** So many times while a decision is kept are old ones looked for. */
  private static final int PURGES_IN_A_TERM = 20;

  private final Glance glance;
  private final Recovery recovery;
  private final TransactionSettings settings;
  private final Abandoned abandoned = new Abandoned();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean soon = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread;
  private volatile Runnable behind = () -> {};
  private volatile long wholeAt;

  public RecoverySchedule(Glance glance, Recovery recovery, TransactionSettings settings) {
    this.glance = glance;
    this.recovery = recovery;
    this.settings = settings;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "shardjdbc-recovery");
              made.setDaemon(true);
              return made;
            });
  }

  /** Begins, if it has not. Processes that start together do not look together. */
  public void start() {
    if (!started.get() && started.compareAndSet(false, true)) {
      long interval = settings.recoveryInterval().toNanos();
      long first = ThreadLocalRandom.current().nextLong(interval / 10 + 1);
      // Also where processes end before the term, some of them delete what is old.
      wholeAt = System.nanoTime() + ThreadLocalRandom.current().nextLong(term() + 1);
      schedule(this::pass, first);
    }
  }

  /** Something that is to be done behind each pass: it may have ended what was waited for. */
  public void behindEachPass(Runnable task) {
    behind = task;
  }

  /** Takes over a transaction that its coordinator could not end everywhere. */
  void take(TransactionId id) {
    abandoned.add(id); // one too many is found by its age
    start();
    if (soon.compareAndSet(false, true)) {
      schedule(this::extraPass, 0);
    }
  }

  private void extraPass() {
    soon.set(false);
    look();
  }

  private void pass() {
    try {
      look();
    } finally {
      schedule(this::pass, settings.recoveryInterval().toNanos());
    }
  }

  private void look() {
    try {
      Set<TransactionId> taken = abandoned.all();
      if (System.nanoTime() - wholeAt >= 0 || !taken.isEmpty() || !glance.seesNothing()) {
        RecoveryReport report = recovery.run(settings.orphanAge(), taken);
        if (report.isClean()) {
          abandoned.ended(taken);
        }
        wholeAt = System.nanoTime() + term();
      }
      behind.run();
    } catch (RuntimeException e) {
      LOG.warn("recovery failed, and will look again", e);
    }
  }

  private long term() {
    return settings.keepDecisions().toNanos() / PURGES_IN_A_TERM;
  }

  private void schedule(Runnable task, long delayNanos) {
    try {
      var unused = thread.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      // The DataSource is closed; another process will look.
    }
  }

  /** Ends it, and waits a moment for a pass that is under way. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(Duration.ofSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
