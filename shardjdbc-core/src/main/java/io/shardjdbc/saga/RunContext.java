package io.shardjdbc.saga;

import io.shardjdbc.saga.work.LetGoException;
import io.shardjdbc.saga.work.ShardWork;
import io.shardjdbc.saga.work.StepFailures;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all runs of sagas of one {@link Sagas} share.
 *
 * @param group runs the steps of a group
 * @param closing opens when no more is to be begun
 */
record RunContext(
    ShardWork work,
    SagaRecords records,
    GroupThreads group,
    SagaListener listener,
    CountDownLatch closing) {

  private static final Logger LOG = LoggerFactory.getLogger(Sagas.class);

  boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** Stops a run whose process is about to end, or whose thread is wanted elsewhere. */
  void requireOpen() throws LetGoException {
    if (isClosing() || Thread.currentThread().isInterrupted()) {
      throw LetGoException.stopped("this process stops");
    }
  }

  /** Waits between two tries. */
  void pause(Duration pause) throws LetGoException {
    try {
      if (closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        throw LetGoException.stopped("this process stops");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LetGoException.stopped("this thread is wanted elsewhere");
    }
  }

  /**
   * Lets go if it was this process's end or an interruption that made something fail: neither says
   * anything about the work.
   */
  void heed(Throwable failure) throws LetGoException {
    if (StepFailures.isInterruption(failure)) {
      Thread.currentThread().interrupt();
    }
    requireOpen();
  }

  void tell(
      Saga<?> saga, UUID id, SagaEvent.Kind kind, @Nullable String step, @Nullable String detail) {
    switch (kind) {
      case PARKED -> LOG.warn("saga {} {} is parked: {}", saga.name(), id, detail);
      case COMPENSATING -> LOG.info("saga {} {} is compensated: {}", saga.name(), id, detail);
      default -> LOG.debug("saga {} {}: {} {}", saga.name(), id, kind, step);
    }
    try {
      listener.on(
          new SagaEvent(
              kind, id, saga.name(), Optional.ofNullable(step), Optional.ofNullable(detail)));
    } catch (Throwable e) { // an Error too: it is the listener's affair
      LOG.warn("a listener of sagas has thrown {}", e.getClass().getName());
    }
  }
}
