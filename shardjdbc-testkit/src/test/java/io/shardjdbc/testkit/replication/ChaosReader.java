package io.shardjdbc.testkit.replication;

import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSession;
import io.shardjdbc.testkit.replication.History.Promise;
import io.shardjdbc.testkit.replication.History.Read;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Reads keys in all the ways there are, one after the other. */
final class ChaosReader implements Runnable {
  private static final int READS_PER_SESSION = 40;
  private static final long PAUSE_AFTER_FAILURE_NANOS = 2_000_000;

  /** What reads ask for when the guarantees are switched off. */
  private static final ReadIntent ANY = ReadIntent.bounded(Duration.ofDays(1));

  private final ChaosRun run;
  private final Random random;
  private ReadSession session = ReadSession.start();
  private long[] sessionSaw = new long[ChaosRun.KEYS];
  private int sessionReads;

  ChaosReader(ChaosRun run, long seed) {
    this.run = run;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    try (Client own = new Client(run.nodes, run.writing);
        Client other = new Client(run.nodes, run.other)) {
      while (!run.stopped) {
        try {
          step(own, other);
        } catch (SQLException e) {
          run.failedReads.incrementAndGet();
          LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
      }
    }
  }

  private void step(Client own, Client other) throws SQLException {
    int key = random.nextInt(ChaosRun.KEYS);
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> read(own, Promise.EVERYTHING, "own writes", key, 0, ReadIntent.standard());
      case 3 -> read(other, Promise.BOUNDED, "bounded", key, 0, ReadIntent.standard());
      case 4, 5 -> inSession(other, key);
      case 6 -> read(other, Promise.EVERYTHING, "sequential", key, 0, ReadIntent.sequential());
      default -> withToken(other, key);
    }
  }

  private void inSession(Client client, int key) throws SQLException {
    if (sessionReads++ % READS_PER_SESSION == 0) {
      session = ReadSession.start();
      sessionSaw = new long[ChaosRun.KEYS];
    }
    ReadIntent intent = ReadIntent.standard().within(session);
    long value = read(client, Promise.DEMANDED, "session", key, sessionSaw[key], intent);
    sessionSaw[key] = value;
  }

  private void withToken(Client client, int key) throws SQLException {
    ChaosRun.@Nullable Marked marked = run.tokens.get(key);
    if (marked != null) {
      ReadIntent intent = ReadIntent.atLeast(marked.token());
      read(client, Promise.DEMANDED, "token", key, marked.value(), intent);
    }
  }

  private long read(
      Client client, Promise promise, String kind, int key, long demanded, ReadIntent intent)
      throws SQLException {
    long start = System.nanoTime();
    Client.Seen seen = client.read(key, run.guarded ? intent : ANY);
    long end = System.nanoTime();
    if (!seen.onPrimary()) {
      run.replicaReads.incrementAndGet();
    }
    run.history.read(
        new Read(
            promise,
            kind,
            key,
            start,
            end,
            run.maxLag.toNanos(),
            demanded,
            seen.value(),
            seen.node().name()));
    return seen.value();
  }
}
