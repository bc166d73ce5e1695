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
 * Runs {@link Recovery} from time to time, and soon after a coordinator has left something behind.
 *
 * <p>One thread, which starts with the first two-phase transaction of the process or with a
 * DataSource in that mode, survives every failure, and ends with {@link #close()}. Each pass is
 * bounded by the time-outs of its connections. Thread-safe.
 */
public final class RecoverySchedule implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RecoverySchedule.class);

  private final Recovery recovery;
  private final TransactionSettings settings;
  private final Abandoned abandoned = new Abandoned();
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean soon = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread;
  private volatile Runnable behind = () -> {};

  public RecoverySchedule(Recovery recovery, TransactionSettings settings) {
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
      RecoveryReport report = recovery.run(settings.orphanAge(), taken);
      if (report.isClean()) {
        abandoned.ended(taken);
      }
      behind.run();
    } catch (RuntimeException e) {
      LOG.warn("recovery failed, and will look again", e);
    }
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
