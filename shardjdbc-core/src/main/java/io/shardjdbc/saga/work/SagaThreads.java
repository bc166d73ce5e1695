package io.shardjdbc.saga.work;

import io.shardjdbc.saga.Sagas;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one {@link Sagas}, and which sagas they hold.
 *
 * <p>Three pools, each bounded: a few for looks and renewals, which are short; as many as there may
 * be sagas in the background; and as many again for parallel steps, whose caller runs what finds no
 * thread, also after the end: nobody waits for a step that nobody runs.
 */
public final class SagaThreads implements AutoCloseable {

  /** Two for each shard, within limits: shards that do not answer do not hold up the others. */
  private static final int LEAST_TIMERS = 4;

  private static final int MOST_TIMERS = 32;
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final Timers timers;
  private final ThreadPoolExecutor background;
  private final ThreadPoolExecutor steps;
  private final Semaphore free;
  private final Set<UUID> held = ConcurrentHashMap.newKeySet();

  public SagaThreads(int number, int shards) {
    this.timers =
        new Timers(
            Math.max(LEAST_TIMERS, Math.min(MOST_TIMERS, 2 * shards)),
            new OwnThreads("shardjdbc-saga-timer", held));
    this.background = pool(number, number, new LinkedBlockingQueue<>(), "shardjdbc-saga");
    background.allowCoreThreadTimeOut(true);
    this.steps = pool(0, number, new SynchronousQueue<>(), "shardjdbc-saga-step");
    steps.setRejectedExecutionHandler((step, pool) -> step.run());
    this.free = new Semaphore(number);
  }

  private ThreadPoolExecutor pool(
      int least, int most, BlockingQueue<Runnable> waiting, String name) {
    return new ThreadPoolExecutor(
        least, most, IDLE.toMillis(), TimeUnit.MILLISECONDS, waiting, new OwnThreads(name, held));
  }

  public Timers timers() {
    return timers;
  }

  public Executor steps() {
    return steps;
  }

  /** Takes places for sagas in the background; each is given back after its run. */
  public int takeFree(int most) {
    int taken = 0;
    while (taken < most && free.tryAcquire()) {
      taken++;
    }
    return taken;
  }

  public void giveBack(int places) {
    free.release(places);
  }

  /**
   * Runs a saga in a place that was taken.
   *
   * @param freed what is done when the place is free again
   */
  public void run(Timers.Task task, Runnable freed) {
    Runnable guarded = timers.guarded(task);
    background.execute(
        () -> {
          try {
            guarded.run();
          } finally {
            giveBack(1);
            freed.run();
          }
        });
  }

  /** Whether this is one of these threads. */
  public boolean isCurrent() {
    return OwnThreads.isCurrent(held);
  }

  /** Notes that this process runs a saga, so that its lease is renewed. */
  public void hold(UUID id) {
    held.add(id);
  }

  public void letGo(UUID id) {
    held.remove(id);
  }

  /** The sagas that this process runs. */
  public List<UUID> held() {
    return List.copyOf(held);
  }

  /** Begins nothing more, and waits for what runs. */
  @Override
  public void close() {
    timers.close(); // first, for a look hands over what it has claimed
    background.shutdown();
    Timers.await(background);
    steps.shutdown();
  }
}
