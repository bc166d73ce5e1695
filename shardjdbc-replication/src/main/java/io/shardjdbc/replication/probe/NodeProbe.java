package io.shardjdbc.replication.probe;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The probe of one node: whose turn it is, how it went, when to try again after failures. */
final class NodeProbe implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeProbe.class);

  /** The longest pause between tries to reach a node that is down. */
  private static final long LONGEST_PAUSE = 1_000_000_000L;

  private static final int MOST_DOUBLINGS = 10;

  private enum Turn {
    FREE,
    ASKING,
    /** Being asked, and to be asked once more right after, because the answer may be too old. */
    ASKING_AND_AGAIN
  }

  private final int index;
  private final ProbeConnection connection;
  private final ProbeSink sink;
  private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.FREE);

  private volatile int failures;
  private volatile long notBefore = Long.MIN_VALUE;
  private volatile long askingSince;
  private volatile boolean overdueReported;

  NodeProbe(int index, ProbeConnection connection, ProbeSink sink) {
    this.index = index;
    this.connection = connection;
    this.sink = sink;
  }

  int index() {
    return index;
  }

  boolean isSuspected() {
    return failures > 0;
  }

  /**
   * Takes the turn to ask.
   *
   * @param urgent do not wait for a pause after failures to end; and if the node is being asked,
   *     ask once more
   */
  boolean claim(long now, boolean urgent) {
    if (!urgent && now < notBefore) {
      return false;
    }
    if (turn.compareAndSet(Turn.FREE, Turn.ASKING)) {
      askingSince = now;
      overdueReported = false;
      return true;
    }
    if (urgent) {
      turn.compareAndSet(Turn.ASKING, Turn.ASKING_AND_AGAIN);
    }
    return false;
  }

  /** Gives the turn back; true if the node is to be asked once more. */
  boolean release() {
    return turn.getAndSet(Turn.FREE) == Turn.ASKING_AND_AGAIN;
  }

  /** Whether the node has been asked for longer than the limit; true once a question. */
  boolean isOverdue(long now, long limit) {
    if (turn.get() == Turn.FREE || now - askingSince <= limit || overdueReported) {
      return false;
    }
    overdueReported = true;
    return true;
  }

  /** Asks, and tells the sink; whatever is thrown counts as a failure of the node. */
  void ask(LongSupplier clock, long interval) {
    try {
      // A question that waited long for a thread is not overdue by the node's fault.
      askingSince = clock.getAsLong();
      NodeReading reading = connection.ask();
      failures = 0;
      notBefore = Long.MIN_VALUE;
      sink.answered(index, reading);
    } catch (Throwable e) {
      failed(e, clock.getAsLong(), interval);
    }
  }

  private void failed(Throwable e, long now, long interval) {
    int inARow = failures + 1;
    failures = inARow;
    long pause = interval << Math.min(inARow - 1, MOST_DOUBLINGS);
    notBefore = now + Math.min(pause, LONGEST_PAUSE);
    if (e instanceof Exception) {
      log.debug("probe of node {} failed", index, e);
    } else {
      log.error("probe of node {} failed", index, e);
    }
    try {
      sink.failed(index, inARow);
    } catch (RuntimeException inSink) {
      log.error("a failed probe could not be reported", inSink);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
