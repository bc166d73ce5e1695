package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterShard;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * A dead shard does not slow the others, whatever is asked of it meanwhile.
 *
 * <p>The same readers of one shard are timed twice in one run, beside the same callers of another
 * shard and of both: while all servers live, and after the other shard's primary was killed.
 */
@Timeout(180)
class OutagePaceTest {

  private static final String NAME = "SELECT name FROM users WHERE user_id = ?";
  private static final String BOTH = "SELECT count(*) FROM users";
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration SLACK = Duration.ofSeconds(3);
  private static final int READERS = 2;
  private static final int READS = 1_500;
  private static final int TRIES = 40;

  /** Far above the noise of a busy machine, and far below one wait for the dead server. */
  private static final double SLOWED = 5;

  /** What the callers of the shard that dies saw, and how long each call took. */
  private record Failure(SQLException error, Duration after) {}

  @Test
  void theOtherShardsGoOnAtTheirPace(TestReporter reporter) throws Exception {
    try (PostgresCluster cluster = PostgresCluster.builder().shards(2).start()) {
      cluster.createDatabase("app");
      var builder = ShardDataSource.builder();
      for (ClusterShard shard : cluster.shards()) {
        builder.shard(shard.name(), shard.primary().jdbcUrl("app"));
      }
      try (ShardDataSource dataSource =
          builder
              .pool(Sample.pool(4))
              .tables(
                  t ->
                      t.sharded("users", "user_id")
                          .sharded("posts", "user_id")
                          .reference("countries")
                          .single("settings", "s0"))
              .build()) {
        Sample.createTables(dataSource);
        Sample.insertUsers(dataSource);
        ConcurrentLinkedQueue<Failure> failures = new ConcurrentLinkedQueue<>();
        phase(dataSource, failures); // classes, pools and caches
        long[] before = phase(dataSource, failures);
        assertThat(failures).isEmpty();

        cluster.shard("s1").primary().kill();
        long[] after = phase(dataSource, failures);

        double ratio = (double) middle(after) / middle(before);
        reporter.publishEntry(
            String.format(
                Locale.ROOT,
                "reads of the living shard: median %d us before, %d us after the kill, ratio %.2f;"
                    + " slowest after %d ms; %d calls of the dead one failed",
                middle(before) / 1_000,
                middle(after) / 1_000,
                ratio,
                after[after.length - 1] / 1_000_000,
                failures.size()));
        assertThat(ratio).as("median read after the kill to before it").isLessThan(SLOWED);
        assertThat(Duration.ofNanos(after[after.length - 1]))
            .as("slowest read of the living shard")
            .isLessThan(CONNECTION_TIMEOUT);
        assertThat(failures).hasSize(2 * TRIES).allSatisfy(OutagePaceTest::namesTheDeadShardInTime);
        assertThat(Sample.lent(dataSource)).isZero();
      }
    }
  }

  private static void namesTheDeadShardInTime(Failure failure) {
    assertThat((Throwable) failure.error()).hasMessageContaining("shard s1");
    assertThat(failure.error().getSQLState()).startsWith("08");
    assertThat(failure.after()).isLessThan(CONNECTION_TIMEOUT.plus(SLACK));
  }

  /** Reads of the living shard, in nanoseconds and sorted, beside callers of the other one. */
  private static long[] phase(ShardDataSource dataSource, ConcurrentLinkedQueue<Failure> failures)
      throws Exception {
    long alive = Sample.userOn(dataSource, "s0");
    long dead = Sample.userOn(dataSource, "s1");
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(READERS + 2);
    try {
      List<Future<long[]>> readers = new ArrayList<>();
      for (int reader = 0; reader < READERS; reader++) {
        readers.add(threads.submit(() -> timed(dataSource, alive)));
      }
      Future<Void> one = threads.submit(calls(dataSource, failures, over, NAME, dead));
      Future<Void> both = threads.submit(calls(dataSource, failures, over, BOTH));
      long[] all = new long[0];
      for (Future<long[]> reader : readers) {
        long[] some = reader.get();
        all = Arrays.copyOf(all, all.length + some.length);
        System.arraycopy(some, 0, all, all.length - some.length, some.length);
      }
      over.set(true);
      one.get();
      both.get();
      Arrays.sort(all);
      return all;
    } finally {
      threads.shutdownNow();
    }
  }

  private static long[] timed(ShardDataSource dataSource, long user) throws SQLException {
    long[] nanos = new long[READS];
    for (int i = 0; i < READS; i++) {
      long start = System.nanoTime();
      assertThat(Sample.rows(dataSource, NAME, user)).hasSize(1);
      nanos[i] = System.nanoTime() - start;
    }
    return nanos;
  }

  /** A caller that tries as often as it is told, a few milliseconds apart. */
  private static Callable<Void> calls(
      ShardDataSource dataSource,
      ConcurrentLinkedQueue<Failure> failures,
      AtomicBoolean over,
      String sql,
      Object... values) {
    return () -> {
      for (int i = 0; i < TRIES; i++) {
        long start = System.nanoTime();
        try {
          Sample.rows(dataSource, sql, values);
        } catch (SQLException e) {
          failures.add(new Failure(e, Duration.ofNanos(System.nanoTime() - start)));
        }
        if (!over.get()) {
          LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
      }
      return null;
    };
  }

  private static long middle(long[] sorted) {
    return sorted[sorted.length / 2];
  }
}
