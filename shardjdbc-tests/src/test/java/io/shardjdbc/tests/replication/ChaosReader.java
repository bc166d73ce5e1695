package io.shardjdbc.tests.replication;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.ReadIntent;
import io.shardjdbc.replication.ReadSession;
import io.shardjdbc.tests.replication.History.Promise;
import io.shardjdbc.tests.replication.History.Read;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Reads keys in all the ways there are, one after the other, alone and several at once. */
final class ChaosReader implements Runnable {
  private static final int READS_PER_SESSION = 40;
  private static final int READS_OF_A_TRANSACTION = 3;
  private static final int KEYS_OF_A_BATCH = 8;
  private static final long PAUSE_AFTER_FAILURE_NANOS = 2_000_000;

  static final String ONE = "SELECT k, v, ##@ k FROM kv WHERE k = ?";
  private static final String SOME =
      "SELECT k, v, ##@ k FROM kv WHERE k IN (?" + ", ?".repeat(KEYS_OF_A_BATCH - 1) + ")";

  /** What reads ask for when the guarantees are switched off. */
  private static final ReadIntent ANY = ReadIntent.bounded(Duration.ofDays(1));

  private final ChaosRun run;
  private final Random random;
  private ReadSession session = ReadSession.start();
  private long[] sessionSaw = new long[ChaosRun.KEYS];
  private int sessionReads;

  /** What kind of read it is, and what each key is to show at least where that is known before. */
  @SuppressWarnings("ArrayRecordComponent") // one thread's own, never compared
  private record Asked(Promise promise, String kind, long[] demanded, boolean remembers) {
    Asked(Promise promise, String kind) {
      this(promise, kind, new long[ChaosRun.KEYS], false);
    }
  }

  ChaosReader(ChaosRun run, long seed) {
    this.run = run;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    while (!run.stopped) {
      try {
        step();
        // The load's pace: the servers, and the tests beside this one, have processors too.
        LockSupport.parkNanos(run.pauseNanos);
      } catch (SQLException e) {
        run.failedReads.incrementAndGet();
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
      }
    }
  }

  private void step() throws SQLException {
    switch (random.nextInt(9)) {
      case 0, 1, 2 ->
          // Of many keys one has always been written a moment ago, and the primary serves them all.
          read(
              run.writing,
              new Asked(Promise.EVERYTHING, "own writes"),
              keys(random.nextInt(4) == 0),
              ReadIntent.standard());
      case 3 ->
          read(run.other, new Asked(Promise.BOUNDED, "bounded"), keys(), ReadIntent.standard());
      case 4, 5 -> inSession();
      case 6 ->
          read(
              run.other,
              new Asked(Promise.EVERYTHING, "sequential"),
              keys(),
              ReadIntent.sequential());
      case 7 -> inTransaction();
      default -> withToken(random.nextInt(ChaosRun.KEYS));
    }
  }

  private int[] keys() {
    return keys(random.nextBoolean());
  }

  private int[] keys(boolean several) {
    return random.ints(0, ChaosRun.KEYS).distinct().limit(several ? KEYS_OF_A_BATCH : 1).toArray();
  }

  private void inSession() throws SQLException {
    if (sessionReads++ % READS_PER_SESSION == 0) {
      session = ReadSession.start();
      sessionSaw = new long[ChaosRun.KEYS];
    }
    ReadIntent intent = ReadIntent.standard().within(session);
    read(run.other, new Asked(Promise.DEMANDED, "session", sessionSaw, true), keys(), intent);
  }

  private void withToken(int key) throws SQLException {
    ChaosRun.@Nullable Marked marked = run.tokens.get(key);
    if (marked != null) {
      Asked asked = new Asked(Promise.DEMANDED, "token");
      asked.demanded()[key] = marked.value();
      read(run.other, asked, new int[] {key}, ReadIntent.atLeast(marked.token()));
    }
  }

  private void read(ShardDataSource from, Asked asked, int[] keys, ReadIntent intent)
      throws SQLException {
    long start = System.nanoTime();
    try (Connection connection = from.getConnection()) {
      connection.unwrap(ShardConnection.class).readIntent(run.guarded ? intent : ANY);
      read(connection, start, asked, keys);
    }
  }

  /** Declared read-only, so that it may stay on a replica. */
  private void inTransaction() throws SQLException {
    Asked asked = new Asked(Promise.EVERYTHING, "read-only transaction");
    try (Connection connection = run.writing.getConnection()) {
      connection
          .unwrap(ShardConnection.class)
          .readIntent(run.guarded ? ReadIntent.standard() : ANY);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      for (int i = 0; i < READS_OF_A_TRANSACTION; i++) {
        read(connection, System.nanoTime(), asked, keys());
      }
      connection.commit();
    }
  }

  private void read(Connection connection, long start, Asked asked, int[] keys)
      throws SQLException {
    int rows = 0;
    int[] keysRead = new int[keys.length];
    long[] values = new long[keys.length];
    int[] ports = new int[keys.length];
    try (PreparedStatement select = connection.prepareStatement(keys.length == 1 ? ONE : SOME)) {
      for (int i = 0; i < keys.length; i++) {
        select.setInt(i + 1, keys[i]);
      }
      try (ResultSet row = select.executeQuery()) {
        for (; row.next(); rows++) {
          keysRead[rows] = row.getInt(1);
          values[rows] = row.getLong(2);
          ports[rows] = row.getInt(3);
        }
      }
    }
    if (rows != keys.length) {
      throw new IllegalStateException(rows + " rows of " + keys.length + " keys");
    }
    long end = System.nanoTime();
    run.statements.incrementAndGet();
    for (int i = 0; i < rows; i++) {
      int key = keysRead[i];
      checks(asked, key, start, end, values[i], run.shardOf(key).nameOf(ports[i]));
      if (asked.remembers()) {
        sessionSaw[key] = values[i];
      }
    }
  }

  private void checks(Asked asked, int key, long start, long end, long value, String node) {
    if (!node.equals(run.shardOf(key).shard().primary().name())) {
      run.replicaReads.incrementAndGet();
    }
    run.history.read(
        new Read(
            asked.promise(),
            asked.kind(),
            key,
            start,
            end,
            run.maxLag.toNanos(),
            asked.demanded()[key],
            value,
            node));
  }
}
