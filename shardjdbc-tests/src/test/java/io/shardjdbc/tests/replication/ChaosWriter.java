package io.shardjdbc.tests.replication;

import io.shardjdbc.ShardConnection;
import io.shardjdbc.testkit.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes ever higher values to the keys that are its own, alone and in transactions.
 *
 * <p>Each write returns the value that it found. A failover that lost writes shows there: the value
 * is lower than one that was acknowledged.
 */
final class ChaosWriter implements Runnable {
  private static final long PAUSE_NANOS = 1_000_000;
  private static final long PAUSE_AFTER_FAILURE_NANOS = 5_000_000;

  /** The condition keeps a write that was given up from overtaking its successor. */
  private static final String WRITE =
      "UPDATE kv SET before = v, v = ? WHERE k = ? AND v < ? RETURNING before";

  private final ChaosRun run;
  private final int number;
  private final int writers;
  private final Random random;
  private final long[] attempted = new long[ChaosRun.KEYS];
  private final long[] acknowledged = new long[ChaosRun.KEYS];

  /** When the last write that was acknowledged began. */
  private final long[] began = new long[ChaosRun.KEYS];

  ChaosWriter(ChaosRun run, int number, int writers, long seed) {
    this.run = run;
    this.number = number;
    this.writers = writers;
    this.random = new Random(seed);
    Arrays.fill(began, System.nanoTime());
  }

  @Override
  public void run() {
    while (!run.stopped) {
      int key = number + writers * random.nextInt(ChaosRun.KEYS / writers);
      // The load's pace: without it, the servers' processors would be all that is tried.
      LockSupport.parkNanos(write(key) ? PAUSE_NANOS : PAUSE_AFTER_FAILURE_NANOS);
    }
    // What the last failover lost is found by the next write to each key.
    for (int key = number; key < ChaosRun.KEYS; key += writers) {
      int last = key;
      Deadline.in(ChaosRun.PATIENCE)
          .await("key " + last + " is written", () -> run.closed || write(last));
    }
  }

  private boolean write(int key) {
    long value = ++attempted[key];
    long beginning = System.nanoTime();
    try (Connection connection = run.writing.getConnection()) {
      boolean alone = random.nextInt(3) > 0;
      connection.setAutoCommit(alone);
      long found = write(connection, key, value);
      if (!alone) {
        connection.commit();
      }
      // All that is missing was attempted behind the write before, so no promotion before that
      // has lost it, and the first one behind may have.
      long promotionStart = run.shardOf(key).promotionAfter(began[key]);
      if (found < acknowledged[key] && promotionStart == 0) {
        throw new IllegalStateException("an acknowledged write is gone, with no failover");
      }
      if (promotionStart != 0) {
        run.history.survived(key, found, value - 1, promotionStart);
      }
      acknowledged[key] = value;
      began[key] = beginning;
      run.history.acknowledged(key, value, System.nanoTime());
      if (random.nextInt(4) == 0) {
        var token = connection.unwrap(ShardConnection.class).causalToken();
        run.tokens.set(key, new ChaosRun.Marked(value, token));
      }
      return true;
    } catch (SQLException e) {
      run.failedWrites.incrementAndGet();
      return false;
    }
  }

  private static long write(Connection connection, int key, long value) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(WRITE)) {
      update.setLong(1, value);
      update.setInt(2, key);
      update.setLong(3, value);
      try (ResultSet row = update.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
