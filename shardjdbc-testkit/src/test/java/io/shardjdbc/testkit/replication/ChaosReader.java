package io.shardjdbc.testkit.replication;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSession;
import io.shardjdbc.testkit.replication.History.Promise;
import io.shardjdbc.testkit.replication.History.Read;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Reads keys in all the ways there are, one after the other. */
final class ChaosReader implements Runnable {
  private static final int READS_PER_SESSION = 40;
  private static final int READS_OF_A_TRANSACTION = 3;
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
    while (!run.stopped) {
      try {
        step();
      } catch (SQLException e) {
        run.failedReads.incrementAndGet();
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
      }
    }
  }

  private void step() throws SQLException {
    int key = random.nextInt(ChaosRun.KEYS);
    switch (random.nextInt(9)) {
      case 0, 1, 2 ->
          read(run.writing, Promise.EVERYTHING, "own writes", key, 0, ReadIntent.standard());
      case 3 -> read(run.other, Promise.BOUNDED, "bounded", key, 0, ReadIntent.standard());
      case 4, 5 -> inSession(key);
      case 6 -> read(run.other, Promise.EVERYTHING, "sequential", key, 0, ReadIntent.sequential());
      case 7 -> inTransaction();
      default -> withToken(key);
    }
  }

  private void inSession(int key) throws SQLException {
    if (sessionReads++ % READS_PER_SESSION == 0) {
      session = ReadSession.start();
      sessionSaw = new long[ChaosRun.KEYS];
    }
    ReadIntent intent = ReadIntent.standard().within(session);
    long value = read(run.other, Promise.DEMANDED, "session", key, sessionSaw[key], intent);
    sessionSaw[key] = value;
  }

  private void withToken(int key) throws SQLException {
    ChaosRun.@Nullable Marked marked = run.tokens.get(key);
    if (marked != null) {
      ReadIntent intent = ReadIntent.atLeast(marked.token());
      read(run.other, Promise.DEMANDED, "token", key, marked.value(), intent);
    }
  }

  private long read(
      ShardDataSource from, Promise promise, String kind, int key, long demanded, ReadIntent intent)
      throws SQLException {
    long start = System.nanoTime();
    try (Connection connection = from.getConnection()) {
      connection.unwrap(ShardConnection.class).readIntent(run.guarded ? intent : ANY);
      return read(connection, start, promise, kind, key, demanded);
    }
  }

  /** Declared read-only, so that it may stay on a replica. */
  private void inTransaction() throws SQLException {
    try (Connection connection = run.writing.getConnection()) {
      connection
          .unwrap(ShardConnection.class)
          .readIntent(run.guarded ? ReadIntent.standard() : ANY);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      for (int i = 0; i < READS_OF_A_TRANSACTION; i++) {
        int key = random.nextInt(ChaosRun.KEYS);
        read(connection, System.nanoTime(), Promise.EVERYTHING, "read-only transaction", key, 0);
      }
      connection.commit();
    }
  }

  private long read(
      Connection connection, long start, Promise promise, String kind, int key, long demanded)
      throws SQLException {
    long value;
    int port;
    try (PreparedStatement select =
        connection.prepareStatement("SELECT v, ##@ k FROM kv WHERE k = ?")) {
      select.setInt(1, key);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        value = row.getLong(1);
        port = row.getInt(2);
      }
    }
    long end = System.nanoTime();
    String node = run.nameOf(port);
    if (!node.equals(run.nodes.shard().primary().name())) {
      run.replicaReads.incrementAndGet();
    }
    run.history.read(
        new Read(promise, kind, key, start, end, run.maxLag.toNanos(), demanded, value, node));
    return value;
  }
}
