package io.shardjdbc.replication.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the nodes of one shard again and again, the primary first.
 *
 * <p>Replicas are asked when the primary has answered: one that keeps up has then replayed the
 * position just sampled, and is fresh up to a moment ago instead of up to the last round. If the
 * primary is still being asked when the next round is due, the replicas do not wait for it.
 *
 * <p>The loop is supervised by its shape: each round and each question catches everything, and the
 * next round is due whatever happened to the last. A node is never asked twice at a time.
 */
public final class ProbeLoop implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProbeLoop.class);

  /** A question that takes longer than so many intervals is reported as overdue. */
  private static final int OVERDUE_INTERVALS = 3;

  private final ProbeThreads threads;
  private final ProbePace pace;
  private final LongSupplier clock;
  private final ProbeSink sink;
  private final List<NodeProbe> nodes = new ArrayList<>();
  private final AtomicBoolean nudged = new AtomicBoolean();

  private volatile boolean closed;
  private volatile @Nullable ScheduledFuture<?> rounds;
  private long lastUse;
  private long nextIdleRound;

  /**
   * Prepares the loop; {@link #start()} starts it.
   *
   * @param clock the time, in nanoseconds
   * @param sources one for each node
   */
  public ProbeLoop(
      ProbeThreads threads,
      ProbePace pace,
      LongSupplier clock,
      ProbeSink sink,
      List<ConnectionSource> sources) {
    this.threads = threads;
    this.pace = pace;
    this.clock = clock;
    this.sink = sink;
    for (ConnectionSource source : sources) {
      nodes.add(
          new NodeProbe(
              nodes.size(), new ProbeConnection(source, clock, pace.timeoutMillis()), sink));
    }
  }

  /** Starts asking. */
  public void start() {
    lastUse = clock.getAsLong();
    rounds = threads.every(pace.interval(), this::tick);
  }

  /** Asks all nodes as soon as possible, also those that are being asked right now. */
  public void nudge() {
    if (!closed && nudged.compareAndSet(false, true)) {
      try {
        threads
            .timer()
            .execute(
                () -> {
                  nudged.set(false);
                  round(true);
                });
      } catch (RejectedExecutionException e) {
        log.debug("the probe threads are closed");
      }
    }
  }

  private void tick() {
    try {
      long now = clock.getAsLong();
      if (sink.usedSinceLastCall()) {
        lastUse = now;
      }
      boolean idle = now - lastUse > pace.idleAfter();
      sink.dozing(idle);
      reportOverdue(now);
      if (!idle || now >= nextIdleRound) {
        nextIdleRound = now + pace.idleInterval();
        round(false);
      }
    } catch (Throwable e) {
      log.error("a round of probes failed; the next one is due as usual", e);
    }
  }

  private void reportOverdue(long now) {
    long limit = OVERDUE_INTERVALS * pace.interval();
    for (NodeProbe node : nodes) {
      if (node.isOverdue(now, limit)) {
        sink.overdue(node.index());
      }
    }
  }

  private void round(boolean urgent) {
    int primary = sink.primary();
    if (primary < 0 || !start(nodes.get(primary), urgent, primary)) {
      startAllBut(primary, urgent);
    }
  }

  private void startAllBut(int primary, boolean urgent) {
    for (NodeProbe node : nodes) {
      if (node.index() != primary) {
        start(node, urgent, -1);
      }
    }
  }

  /** Starts asking a node; false if it is not its turn. Then those others are asked. */
  private boolean start(NodeProbe node, boolean urgent, int askOthersThan) {
    if (closed || !node.claim(clock.getAsLong(), urgent)) {
      return false;
    }
    try {
      threads.lane(node.isSuspected()).execute(() -> ask(node, urgent, askOthersThan));
      return true;
    } catch (RejectedExecutionException e) {
      node.release();
      return false;
    }
  }

  private void ask(NodeProbe node, boolean urgent, int askOthersThan) {
    boolean again = true;
    while (again && !closed) {
      node.ask(clock, pace.interval());
      again = node.release();
      if (askOthersThan >= 0) {
        startAllBut(askOthersThan, urgent || again);
      }
      again = again && node.claim(clock.getAsLong(), true);
    }
  }

  /** Ends probing and drops all connections, also those that are being waited on. */
  @Override
  public void close() {
    closed = true;
    ScheduledFuture<?> running = rounds;
    if (running != null) {
      running.cancel(false);
    }
    nodes.forEach(NodeProbe::close);
  }
}
