package io.shardjdbc.replication.set;

import io.shardjdbc.replication.probe.ProbeThreads;

/**
 * The threads that probe all shards of a DataSource: a fixed, small number, whatever happens.
 *
 * <p>Make one, hand it to every {@link ReplicaSet}, close it after them. Thread-safe.
 */
public final class ProbeScheduler implements AutoCloseable {
  private static final int DEFAULT_WORKERS = 4;

  private final ProbeThreads threads;

  private ProbeScheduler(int workers) {
    this.threads = new ProbeThreads(workers, Math.max(1, workers / 2));
  }

  /** A scheduler of the default size, good for some hundred nodes. */
  public static ProbeScheduler start() {
    return start(DEFAULT_WORKERS);
  }

  /**
   * A scheduler of a given size: one thread for timing, {@code workers} for servers that answer,
   * and half as many (at least one) for servers that do not. Threads are daemons, and start when
   * first needed.
   *
   * @param workers at least 1; this many servers may stop answering at one moment before the probes
   *     of others are late by one time-out
   */
  public static ProbeScheduler start(int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("workers is at least 1");
    }
    return new ProbeScheduler(workers);
  }

  ProbeThreads threads() {
    return threads;
  }

  /** Ends all probing; replica sets keep their last view, which soon is too old to be used. */
  @Override
  public void close() {
    threads.close();
  }
}
